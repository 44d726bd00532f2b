import type { Board, Trace } from '@scoreboard/domain';

/** The most requests that a hint names. */
export const MAX_FOLLOWED = 20;

/** Those of many requests that a hint names: the recorded before the others, the later before the earlier, `MAX_FOLLOWED` at most. */
export function followedOf(traces: readonly Trace[]): readonly Trace[] {
  if (traces.length <= MAX_FOLLOWED) return traces;
  return [...traces.filter(({ spanId }) => !spanId), ...traces.filter(({ spanId }) => spanId)].slice(-MAX_FOLLOWED);
}

/** What a batch of commands changed. */
export interface ScoresChanged {
  /** The newest board, where the ten changed. Whoever listens shows what the leaderboard says, not this. */
  readonly board?: Board;
  /** The users whose score changed; none where they are too many to name: then everybody's may have. */
  readonly userIds: readonly string[];
  /** When the ledger had the first of it, in ms since 1970; for the metrics. */
  readonly at?: number;
  /** Requests that are followed, `MAX_FOLLOWED` at most; nothing where nobody follows any. */
  readonly traces?: readonly Trace[];
}

/**
 * Carries what changed from whoever changed it to every process that shows it.
 *
 * A hint, at most once: it may be lost while a server is away, and two publishers' hints may arrive in either order;
 * `Board.revision` tells the newer, and whoever listens reads the leaderboard now and then to mend a loss.
 */
export abstract class BoardFeed {
  /** Rejects when the hint could not be sent; the caller may let it go. O(listeners). */
  abstract publish(change: ScoresChanged): Promise<void>;

  /** Calls `listener` with every hint from now on, never before this returned; resolves with a function that ends it. */
  abstract subscribe(listener: (change: ScoresChanged) => void): Promise<() => Promise<void>>;
}
