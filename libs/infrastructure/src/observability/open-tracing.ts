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
  /** Base URL of an OTLP/HTTP collector; `/v1/traces` is appended. */
  readonly endpoint: string;
  /** The share of requests without `traceparent` that are traced, 0 to 1. */
  readonly share: number;
  readonly role: string;
  readonly errors: ErrorReporter;
}

/**
 * Traces API requests and their path through the system, and sends the spans to a collector every two seconds. While the collector is
 * unavailable, up to 2,048 spans are buffered and more are dropped. Requests never wait for the collector.
 */
export function openTracing(fastify: FastifyInstance, { endpoint, share, role, errors }: TracingOptions): { readonly observer: PathTrace; readonly close: () => Promise<void> } {
  const ids = new RequestIds();
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: SEND_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `scoreboard-${role}` }),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter: reporting(exporter, errors), scheduledDelayMillis: SEND_EVERY_MS, exportTimeoutMillis: 2 * SEND_MS })],
  });
  const tracer = provider.getTracer('scoreboard');
  recordRequests(fastify, { tracer, share, beginTrace: (id) => (ids.next = id) });
  const close = () => Promise.race([provider.shutdown().catch(() => undefined), delay(CLOSE_MS, undefined, { ref: false })]); // errors were reported already
  return { observer: new PathTrace(tracer), close };
}

/** Uses the request id as the id of a new trace. */
class RequestIds extends RandomIdGenerator {
  next = '';

  override generateTraceId = (): string => this.next;
}

/** Reports export errors, which OpenTelemetry does not throw. */
const reporting = (exporter: SpanExporter, errors: ErrorReporter): SpanExporter => ({
  export(spans, done) {
    exporter.export(spans, (result) => {
      if (result.error) errors.report('traces could not be exported', result.error);
      done(result);
    });
  },
  shutdown: () => exporter.shutdown(),
});
