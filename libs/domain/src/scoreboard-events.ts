import type { Board } from './board';
import type { ScoreCommand } from './score';
import type { LedgerRange } from './score-ledger';
import type { Trace } from './trace';

/** What happens to points inside one process, by name. Each event is told after the fact. */
export interface ScoreboardEventMap {
  /** A command became durable, `seconds` after it was handed to the queue. */
  'command.accepted': { readonly command: ScoreCommand; readonly seconds: number };
  /** A message of the queue became durable, `seconds` after its oldest command was submitted. */
  'message.confirmed': { readonly seconds: number };
  /** A message of the queue was applied, `seconds` after its oldest command was submitted, by the clocks of both machines. */
  'message.applied': { readonly seconds: number };
  /** The ledger took a batch, in `seconds`. */
  'batch.applied': { readonly commands: readonly ScoreCommand[]; readonly seconds: number };
  /** The leaderboard took standings. */
  'standings.projected': StandingsProjected;
  /** The feed announced a board and the requests behind it; the board is not shown yet. */
  'board.announced': { readonly board: Board; readonly traces: readonly Trace[] };
  /** A newer board that was announced is here, `seconds` after the ledger had it, by the clocks of both machines. */
  'board.received': { readonly revision: number; readonly seconds: number };
  /** A board went to all subscribers of `scores:top`. */
  'board.pushed': { readonly board: Board };
  /** A socket was closed because its client reads too slowly. */
  'client.dropped': Readonly<Record<never, never>>;
}

export interface StandingsProjected {
  readonly range: LedgerRange;
  /** The board, where the top ten changed. */
  readonly board?: Board;
  /** When the ledger had the first of it, in ms since 1970. */
  readonly at: number;
  /** The requests behind it. */
  readonly traces: readonly Trace[];
}

export type ScoreboardEvent = keyof ScoreboardEventMap;
type Listener<Name extends ScoreboardEvent> = (event: ScoreboardEventMap[Name]) => void;

/**
 * Tells metrics, logs, traces and extensions of one process what happens to points: any number of listeners, in any order.
 *
 * Listeners are called synchronously, in the order in which they were added, and must return at once. One that throws is counted,
 * reported, and changes nothing for the others or for the point. Not durable: what happens while nobody listens is not told again.
 * `emit` costs one lookup where nobody listens; a caller for whom the event itself is costly asks `has` first.
 */
export class ScoreboardEvents {
  /** How often a listener has thrown, by event. */
  readonly failures: Partial<Record<ScoreboardEvent, number>> = {};
  private readonly listeners = new Map<ScoreboardEvent, readonly Listener<never>[]>();

  /** `report` is called with what a listener has thrown. */
  constructor(private readonly report?: (name: ScoreboardEvent, error: unknown) => void) {}

  /** Calls `listener` with each event of this name from now on; returns a function that ends it. */
  on<Name extends ScoreboardEvent>(name: Name, listener: Listener<Name>): () => void {
    const own: Listener<Name> = (event) => listener(event); // so that a function that is added twice ends once
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), own]);
    return () => this.remove(name, own);
  }

  /** Whether anybody listens. */
  has(name: ScoreboardEvent): boolean {
    return this.listeners.has(name);
  }

  emit<Name extends ScoreboardEvent>(name: Name, event: ScoreboardEventMap[Name]): void {
    const listeners = this.listeners.get(name) as readonly Listener<Name>[] | undefined;
    if (!listeners) return;
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        this.failures[name] = (this.failures[name] ?? 0) + 1;
        this.report?.(name, error);
      }
    }
  }

  private remove(name: ScoreboardEvent, listener: Listener<never>): void {
    const left = this.listeners.get(name)?.filter((other) => other !== listener);
    if (left?.length) this.listeners.set(name, left);
    else this.listeners.delete(name);
  }
}
