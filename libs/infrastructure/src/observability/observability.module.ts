import { type DynamicModule, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ErrorReporter } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import type { FastifyInstance } from 'fastify';
import { HealthController } from './health.controller';
import { measureHttp } from './http-metrics';
import { LoggedErrors } from './logged-errors';
import { counters, switches } from './metrics';
import { observePath } from './observe-path';
import { PathLog } from './path-log';
import { closeConnectionsWhileDraining, Readiness } from './readiness';
import { TracingModule } from './tracing.module';

/** `/health/live`, `/health/ready` and `/metrics`, which every role has; the events of this process, their log and traces, and where faults are reported. */
@Module({})
export class ObservabilityModule {
  constructor(readiness: Readiness, events: ScoreboardEvents, { httpAdapter }: HttpAdapterHost) {
    switches('scoreboard_dependency_up', 'Whether what this process leans on is up', 'dependency', () => readiness.states());
    counters('scoreboard_event_listener_failures_total', 'Listeners of events that threw, by event', 'event', () => events.failures);
    // Before there is a route: a hook of Fastify holds for the routes that come after it.
    closeConnectionsWhileDraining(httpAdapter.getInstance<FastifyInstance>(), readiness);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { role, LOG_LEVEL } = settings;
    return {
      module: ObservabilityModule,
      global: true,
      imports: [PrometheusModule.register({ defaultMetrics: { enabled: true, config: { labels: { role } } } }), TracingModule.forRoot(settings)],
      controllers: [HealthController],
      providers: [
        { provide: ErrorReporter, useFactory: () => new LoggedErrors() },
        { provide: ScoreboardEvents, useFactory: () => eventsOf(LOG_LEVEL) },
        Readiness,
      ],
      exports: [ErrorReporter, Readiness, ScoreboardEvents],
    };
  }
}

/** At the level `debug` the log follows each point. */
function eventsOf(level: string): ScoreboardEvents {
  const events = new ScoreboardEvents();
  if (level === 'debug' || level === 'trace') observePath(events, new PathLog());
  return events;
}

/** Requests of the API in the metrics. */
@Module({})
export class HttpMetricsModule {
  constructor({ httpAdapter }: HttpAdapterHost) {
    measureHttp(httpAdapter.getInstance<FastifyInstance>());
  }
}
