import { ROOT_CONTEXT, type SpanContext, SpanKind, type SpanOptions, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import { COMMANDS_PATTERN, MAX_FOLLOWED } from '@scoreboard/application';
import type { Board, ScoreboardEventMap, Trace } from '@scoreboard/domain';
import type { PathObserver } from './observe-path';

const MESSAGING = { 'messaging.destination.name': COMMANDS_PATTERN };

type Recorded = Required<Trace>;

/**
 * The way of recorded requests as spans below that of the request, each in its own trace: a batch has many parents. The spans of one
 * batch are linked to one another. A step is recorded when it is over.
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

  /** A span from `since`, in ms since 1970, until now; returns its id. */
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
