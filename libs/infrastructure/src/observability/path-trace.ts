import { ROOT_CONTEXT, type SpanContext, SpanKind, type SpanOptions, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import { COMMANDS_PATTERN, MAX_FOLLOWED } from '@scoreboard/application';
import type { Board, ScoreboardEventMap, Trace } from '@scoreboard/domain';
import type { PathObserver } from './observe-path';

const MESSAGING = { 'messaging.destination.name': COMMANDS_PATTERN };

type Recorded = Required<Trace>;

/**
 * Records the path of traced requests as child spans of the request. A batch contains requests of many traces, so each request gets its
 * own span, and the spans of a batch are linked to each other. A span is recorded when its step has finished.
 */
export class PathTrace implements PathObserver {
  constructor(private readonly tracer: Tracer) {}

  accepted({ command: { trace: request }, seconds }: ScoreboardEventMap['command.accepted']): void {
    if (request && isRecorded(request)) this.add(`send ${COMMANDS_PATTERN}`, request, ago(seconds), { kind: SpanKind.PRODUCER, attributes: MESSAGING });
  }

  applied({ commands, seconds }: ScoreboardEventMap['batch.applied']): void {
    const requests = commands.flatMap(({ trace: request }) => (request && isRecorded(request) ? [request] : []));
    const linked = requests.slice(0, MAX_FOLLOWED + 1);
    for (const request of requests) {
      const links = linked.filter((other) => other !== request).map((other) => ({ context: contextOf(other) }));
      const attributes = { ...MESSAGING, 'messaging.batch.message_count': commands.length };
      const spanId = this.add(`process ${COMMANDS_PATTERN}`, request, ago(seconds), { kind: SpanKind.CONSUMER, attributes, links });
      this.add('apply_scores', { ...request, spanId }, ago(seconds), { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } });
    }
  }

  projected({ traces, at, range }: ScoreboardEventMap['standings.projected']): void {
    for (const request of traces.filter(isRecorded)) this.add('put leaderboard', request, at, { kind: SpanKind.CLIENT, attributes: { 'scoreboard.seq_to': range.to } });
  }

  pushed({ revision }: Board, traces: readonly Trace[], since: number): void {
    for (const request of traces.filter(isRecorded)) this.add('push scores:top', request, since, { kind: SpanKind.PRODUCER, attributes: { 'scoreboard.revision': revision } });
  }

  /** Adds a span from `since`, in ms since the Unix epoch, until now; returns its id. */
  private add(name: string, parent: Recorded, since: number, options: SpanOptions): string {
    const span = this.tracer.startSpan(name, { ...options, startTime: since }, trace.setSpanContext(ROOT_CONTEXT, contextOf(parent)));
    span.end(now());
    return span.spanContext().spanId;
  }
}

const isRecorded = (request: Trace): request is Recorded => request.spanId !== undefined;
const contextOf = ({ id, spanId }: Recorded): SpanContext => ({ traceId: id, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });

const now = (): number => performance.timeOrigin + performance.now();
const ago = (seconds: number): number => now() - seconds * 1_000;
