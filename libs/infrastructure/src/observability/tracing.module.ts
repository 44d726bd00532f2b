import { type DynamicModule, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ErrorReporter } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import type { FastifyInstance } from 'fastify';
import { observePath } from './observe-path';

/** Traces of this process; absent if no collector is configured. */
export abstract class Tracing {
  /** Sends the remaining traces, within one second. */
  abstract close(): Promise<unknown>;
}

type TracingSettings = Pick<Settings, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER_ARG' | 'role'>;

/** OpenTelemetry traces, if the settings name a collector. Without one, OpenTelemetry is not loaded. */
@Module({})
export class TracingModule {
  static forRoot({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: share, role }: TracingSettings): DynamicModule {
    const useFactory = async ({ httpAdapter }: HttpAdapterHost, errors: ErrorReporter, events: ScoreboardEvents): Promise<Tracing | undefined> => {
      if (!endpoint) return undefined;
      const { openTracing } = await import('./open-tracing.js');
      const { observer, close } = openTracing(httpAdapter.getInstance<FastifyInstance>(), { endpoint, share, role, errors });
      observePath(events, observer);
      return { close };
    };
    const tracing = { provide: Tracing, useFactory, inject: [HttpAdapterHost, ErrorReporter, ScoreboardEvents] };
    return { module: TracingModule, global: true, providers: [tracing], exports: [Tracing] };
  }
}
