import { type DynamicModule, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ErrorReporter } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import type { FastifyInstance } from 'fastify';
import { observePath } from './observe-path';

/** Recorded requests of this process, and their way; nothing where they have no place to go. */
export abstract class Tracing {
  /** Sends what is recorded and not yet sent, within a second. */
  abstract close(): Promise<unknown>;
}

type TracingSettings = Pick<Settings, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER_ARG' | 'role'>;

/** Traces by OpenTelemetry where the settings name a collector; without one nothing of it is loaded. */
@Module({})
export class TracingModule {
  static forRoot({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: share, role }: TracingSettings): DynamicModule {
    const useFactory = async ({ httpAdapter }: HttpAdapterHost, faults: ErrorReporter, events: ScoreboardEvents): Promise<Tracing | undefined> => {
      if (!endpoint) return undefined;
      const { openTracing } = await import('./open-tracing.js');
      const { observer, close } = openTracing(httpAdapter.getInstance<FastifyInstance>(), { endpoint, share, role, faults });
      observePath(events, observer);
      return { close };
    };
    const tracing = { provide: Tracing, useFactory, inject: [HttpAdapterHost, ErrorReporter, ScoreboardEvents] };
    return { module: TracingModule, global: true, providers: [tracing], exports: [Tracing] };
  }
}
