import type { Board } from './board';
import type { Identity } from './identity';
import type { ScoreCommand } from './score';
import type { LedgerRange } from './score-ledger';
import type { Trace } from './trace';

/** The events of one process, by name. Each is emitted after the fact. */
export interface ScoreboardEventMap {
  /** A command became durable, `seconds` after it was submitted to the queue. */
  'command.accepted': { readonly command: ScoreCommand; readonly seconds: number };
  /** A queue message became durable, `seconds` after its oldest command was submitted. */
  'message.confirmed': { readonly seconds: number };
  /** A queue message was applied, `seconds` after its oldest command was submitted. Compares the clocks of two machines. */
  'message.applied': { readonly seconds: number };
  /** The ledger applied a batch, which took `seconds`. */
  'batch.applied': { readonly commands: readonly ScoreCommand[]; readonly seconds: number };
  /** The leaderboard recorded standings. */
  'standings.projected': StandingsProjected;
  /** A rebuild of the leaderboard in this process began, has copied a page, or ended. */
  'leaderboard.rebuilding': LeaderboardRebuilding;
  /** The feed announced a board and the requests that caused it. Subscribers do not see the board yet. */
  'board.announced': { readonly board: Board; readonly traces: readonly Trace[] };
  /** This process has read an announced board, `seconds` after the ledger committed it. Compares the clocks of two machines. */
  'board.received': { readonly revision: number; readonly seconds: number };
  /** A board was pushed to all subscribers of `scores:top`. */
  'board.pushed': { readonly board: Board };
  /** A token was verified, which happens once for each token until it is forgotten, after ten minutes at most. */
  'token.verified': { readonly identity: Identity };
  /** A socket was closed because its client read too slowly. */
  'client.dropped': Readonly<Record<never, never>>;
}

/** What changed in the leaderboard. */
export interface StandingsProjected {
  readonly range: LedgerRange;
  /** The board, if the top ten changed. */
  readonly board?: Board;
  /** When the first of these changes was in the ledger, in ms since the Unix epoch. */
  readonly at: number;
  /** The requests that caused the changes. */
  readonly traces: readonly Trace[];
}

/** `stopped`: it failed; the next rebuild continues after its last page. */
export type RebuildState = 'running' | 'finished' | 'stopped';

/** The progress of a rebuild of the leaderboard. */
export interface LeaderboardRebuilding {
  /** Number of standings in the new ranking, including those that an interrupted run had copied. */
  readonly standings: number;
  /** Number of users (`ScoreLedger.userCount`) when this run began, or `standings` if that is higher. */
  readonly total: number;
  /** Number of standings that this run has copied in `seconds`. */
  readonly copied: number;
  readonly seconds: number;
  readonly state: RebuildState;
}

/** The name of an event of `ScoreboardEvents`. */
export type ScoreboardEvent = keyof ScoreboardEventMap;
type Listener<Name extends ScoreboardEvent> = (event: ScoreboardEventMap[Name]) => void;

/**
 * Emits the events of one process to metrics, logs, traces and extensions. Any number of listeners.
 *
 * Listeners are called synchronously, in the order in which they were added, and must return quickly. An error in a listener is
 * counted and reported; the other listeners and the emitting code are not affected. Not durable: events are not repeated for
 * listeners that are added later. Without listeners `emit` costs one lookup; if the event is expensive to build, check `has` first.
 */
export class ScoreboardEvents {
  /** Number of listener errors, for each event that has or had a listener. */
  readonly failures: Partial<Record<ScoreboardEvent, number>> = {};
  private readonly listeners = new Map<ScoreboardEvent, readonly Listener<never>[]>();

  /** `report` is called with each error that a listener throws. */
  constructor(private readonly report?: (name: ScoreboardEvent, error: unknown) => void) {}

  /** Calls `listener` with each later event of this name. Returns a function that removes the listener. */
  on<Name extends ScoreboardEvent>(name: Name, listener: Listener<Name>): () => void {
    const own: Listener<Name> = (event) => listener(event); // a function that is added twice can be removed once
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), own]);
    this.failures[name] ??= 0;
    return () => this.remove(name, own);
  }

  /** Whether the event has listeners. */
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
        this.failures[name]!++;
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
