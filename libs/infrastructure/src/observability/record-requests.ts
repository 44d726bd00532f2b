import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import { readTraceparent, type Traceparent } from '@scoreboard/application';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Any client can request a trace with `traceparent`; this limit bounds the cost. */
const MOST_A_SECOND = 100;

interface RecordOptions {
  readonly tracer: Tracer;
  /** The share of requests without `traceparent` that are traced, 0 to 1. */
  readonly share: number;
  /** Sets the id of the next trace. */
  readonly beginTrace: (id: string) => void;
}

/** Traces API requests: those whose caller traces them, and a share of the others, at most 100 per second. A traced request has its span id as `spanId`. */
export function recordRequests(fastify: FastifyInstance, { tracer, share, beginTrace }: RecordOptions): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  let second = 0;
  let recorded = 0;
  const isRecorded = (parent: Traceparent | undefined): boolean => {
    if (!(parent ? parent.isSampled : Math.random() < share)) return false;
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) [second, recorded] = [now, 0];
    return recorded++ < MOST_A_SECOND;
  };

  fastify.decorateRequest('spanId', undefined);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const parent = request.url.startsWith('/api/') ? readTraceparent(request.headers) : undefined;
    if (request.url.startsWith('/api/') && isRecorded(parent)) {
      beginTrace(request.id);
      const span = tracer.startSpan(request.method, { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method } }, parent ? below(parent) : ROOT_CONTEXT);
      spans.set(request, span);
      Reflect.set(request, 'spanId', span.spanContext().spanId);
    }
    done();
  });
  fastify.addHook('onResponse', (request, { statusCode }, done) => {
    const span = spans.get(request);
    if (span) end(span, request, statusCode);
    done();
  });
}

const below = ({ traceId, spanId }: Traceparent) => trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });

/** Uses the route pattern, never the actual path, which contains ids. */
function end(span: Span, { method, routeOptions: { url = 'none' } }: FastifyRequest, status: number): void {
  span.updateName(`${method} ${url}`);
  span.setAttributes({ 'http.route': url, 'http.response.status_code': status });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
