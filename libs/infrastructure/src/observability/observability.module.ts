import { type DynamicModule, Module, type Provider } from '@nestjs/common';
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
import { logRebuilds } from './rebuild-log';
import { TracingModule } from './tracing.module';

/** `/health/live`, `/health/ready` and `/metrics` of every role; the events of this process with their logs and traces; error reporting. */
@Module({})
export class ObservabilityModule {
  constructor(readiness: Readiness, events: ScoreboardEvents, { httpAdapter }: HttpAdapterHost) {
    measureProcess(readiness, events);
    // Before any route is added: a Fastify hook only applies to later routes.
    closeConnectionsWhileDraining(httpAdapter.getInstance<FastifyInstance>(), readiness);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { role, LOG_LEVEL } = settings;
    return {
      module: ObservabilityModule,
      global: true,
      imports: [PrometheusModule.register({ defaultMetrics: { enabled: true, config: { labels: { role } } } }), TracingModule.forRoot(settings)],
      controllers: [HealthController],
      providers: processProviders(LOG_LEVEL),
      exports: [ErrorReporter, Readiness, ScoreboardEvents],
    };
  }
}

/** Error reporting, events and readiness of a process. */
export const processProviders = (logLevel: string): Provider[] => [
  { provide: ErrorReporter, useFactory: () => new LoggedErrors() },
  { provide: ScoreboardEvents, useFactory: (errors: ErrorReporter) => eventsOf(logLevel, errors), inject: [ErrorReporter] },
  Readiness,
];

/** Registers the metrics that every role has. */
export function measureProcess(readiness: Readiness, events: ScoreboardEvents): void {
  switches('scoreboard_dependency_up', 'Whether a dependency of this process is up', 'dependency', () => readiness.states());
  counters('scoreboard_event_listener_failures_total', 'Errors in event listeners, by event', 'event', () => events.failures);
}

/** Long rebuilds are logged and, at the levels `debug` and `trace`, the path of each command. */
function eventsOf(level: string, errors: ErrorReporter): ScoreboardEvents {
  const events = new ScoreboardEvents((name, error) => errors.report(`a listener of ${name} failed`, error));
  logRebuilds(events);
  if (level === 'debug' || level === 'trace') observePath(events, new PathLog());
  return events;
}

/** Metrics of HTTP requests. */
@Module({})
export class HttpMetricsModule {
  constructor({ httpAdapter }: HttpAdapterHost) {
    measureHttp(httpAdapter.getInstance<FastifyInstance>());
  }
}
