import type { FastifyInstance } from 'fastify';
import { Counter, Histogram } from 'prom-client';

const REFUSAL = /"type":"urn:scoreboard:problem:([a-z-]+)"/;

/** Counts and times requests by route, method and status, and counts refusals by code. All paths without a route share the label `none`. */
export function measureHttp(fastify: FastifyInstance): void {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  });
  const refusals = new Counter({ name: 'scoreboard_refusals_total', help: 'Requests that were refused, by the code of the problem', labelNames: ['code'] });
  // The labels are looked up once per time series, not once per request.
  const known = new Map<string, Histogram.Internal<string>>();
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const key = `${request.method} ${reply.statusCode} ${route}`;
    let observed = known.get(key);
    if (!observed) known.set(key, (observed = seconds.labels({ route, method: request.method, status: String(reply.statusCode) })));
    observed.observe(reply.elapsedTime / 1_000);
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    const code = reply.statusCode >= 400 && typeof payload === 'string' ? REFUSAL.exec(payload)?.[1] : undefined;
    if (code) refusals.inc({ code });
    done(null, payload);
  });
}
