import { type DynamicModule, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { ErrorReporter } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { register } from 'prom-client';
import { measureProcess, processProviders } from './observability.module';
import { Readiness } from './readiness';

const HAS_ROUTES = Symbol('whether health and metrics are served');

/** Error reporting, events and readiness in a host's application, and `/health/live`, `/health/ready` and `/metrics` unless the host has its own. */
@Module({})
export class HostObservabilityModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly readiness: Readiness,
    events: ScoreboardEvents,
    private readonly host: HttpAdapterHost,
    @Inject(HAS_ROUTES) private readonly hasRoutes: boolean,
  ) {
    measureProcess(readiness, events);
  }

  static forRoot(hasRoutes: boolean): DynamicModule {
    return {
      module: HostObservabilityModule,
      global: true,
      providers: [...processProviders('info'), { provide: HAS_ROUTES, useValue: hasRoutes }],
      exports: [ErrorReporter, Readiness, ScoreboardEvents],
    };
  }

  onModuleInit(): void {
    if (this.hasRoutes) serveOperations(this.host.httpAdapter, this.readiness);
  }

  onApplicationBootstrap(): void {
    this.readiness.serve();
  }

  onModuleDestroy(): void {
    this.readiness.drain();
  }
}

/** Directly on the HTTP server: the host's global prefix, versions and guards do not apply to them. */
function serveOperations(http: AbstractHttpAdapter, readiness: Readiness): void {
  const answer = (response: unknown, type: string, body: string, status = 200) => {
    http.setHeader(response, 'Content-Type', type);
    http.setHeader(response, 'Cache-Control', 'no-store');
    http.reply(response, body, status);
  };
  const json = (response: unknown, body: object, status?: number) => answer(response, 'application/json; charset=utf-8', JSON.stringify(body), status);
  http.get('/health/live', (_request: unknown, response: unknown) => json(response, { status: 'live' }));
  http.get('/health/ready', (_request: unknown, response: unknown) => {
    void readiness.report().then((report) => json(response, report, report.status === 'ready' || report.status === 'degraded' ? 200 : 503));
  });
  http.get('/metrics', (_request: unknown, response: unknown) => {
    register.metrics().then((text) => answer(response, register.contentType, text), () => answer(response, 'text/plain', 'The metrics cannot be read.', 500));
  });
}
