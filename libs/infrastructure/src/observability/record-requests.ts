import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import { readTraceparent, type Traceparent } from '@scoreboard/application';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Whoever may set `traceparent` may ask for a record: this bounds what that costs. */
const MOST_A_SECOND = 100;

interface RecordOptions {
  readonly tracer: Tracer;
  /** Which share of the requests is recorded that do not say whether they are. */
  readonly share: number;
  /** Tells which id the trace has that is begun next. */
  readonly beginTrace: (id: string) => void;
}

/** Records requests of the API: those whose caller does, and a share of the others, 100 a second at most. Such a request bears the id of its step as `spanId`. */
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

/** The route, never what stands in it. */
function end(span: Span, { method, routeOptions: { url = 'none' } }: FastifyRequest, status: number): void {
  span.updateName(`${method} ${url}`);
  span.setAttributes({ 'http.route': url, 'http.response.status_code': status });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
