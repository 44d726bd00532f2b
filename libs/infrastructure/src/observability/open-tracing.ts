import { setTimeout as delay } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { ErrorReporter } from '@scoreboard/application';
import type { FastifyInstance } from 'fastify';
import { PathTrace } from './path-trace';
import { recordRequests } from './record-requests';

const CLOSE_MS = 1_000;
const SEND_EVERY_MS = 2_000;
const SEND_MS = 2_000;

export interface TracingOptions {
  /** Where OTLP over HTTP is taken; `/v1/traces` is added. */
  readonly endpoint: string;
  /** Which share of the requests is recorded that do not say whether they are. */
  readonly share: number;
  readonly role: string;
  readonly faults: ErrorReporter;
}

/**
 * Records requests of the API and their way, and sends what is recorded to a collector, every two seconds. While that is away up to
 * 2,048 steps wait and more are dropped; nobody waits for them.
 */
export function openTracing(fastify: FastifyInstance, { endpoint, share, role, faults }: TracingOptions): { readonly observer: PathTrace; readonly close: () => Promise<void> } {
  const ids = new RequestIds();
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: SEND_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `scoreboard-${role}` }),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter: reporting(exporter, faults), scheduledDelayMillis: SEND_EVERY_MS, exportTimeoutMillis: 2 * SEND_MS })],
  });
  const tracer = provider.getTracer('scoreboard');
  recordRequests(fastify, { tracer, share, beginTrace: (id) => (ids.next = id) });
  const close = () => Promise.race([provider.shutdown().catch(() => undefined), delay(CLOSE_MS, undefined, { ref: false })]); // what failed was reported
  return { observer: new PathTrace(tracer), close };
}

/** A trace that begins here has the id of the request that it begins with. */
class RequestIds extends RandomIdGenerator {
  next = '';

  override generateTraceId = (): string => this.next;
}

/** OpenTelemetry itself keeps a failure to itself. */
const reporting = (exporter: SpanExporter, faults: ErrorReporter): SpanExporter => ({
  export(spans, done) {
    exporter.export(spans, (result) => {
      if (result.error) faults.report('traces were not taken', result.error);
      done(result);
    });
  },
  shutdown: () => exporter.shutdown(),
});
