import type { Board, Trace } from '@scoreboard/domain';

/** The maximum number of requests that a hint names. */
export const MAX_FOLLOWED = 20;

/** Selects the requests that a hint names, at most `MAX_FOLLOWED`: traced requests first, then the most recent. */
export function followedOf(traces: readonly Trace[]): readonly Trace[] {
  if (traces.length <= MAX_FOLLOWED) return traces;
  return [...traces.filter(({ spanId }) => !spanId), ...traces.filter(({ spanId }) => spanId)].slice(-MAX_FOLLOWED);
}

/** What a batch of commands changed, or a change of profiles. */
export interface ScoresChanged {
  /** The new board, if the top ten changed. Listeners must not show it; they read the leaderboard instead. */
  readonly board?: Board;
  /** The users whose score or profile changed. Empty if there are too many to list: then any user's may have changed. */
  readonly userIds: readonly string[];
  /** The version of the profiles (`ShownProfiles`), if the profiles of these users changed. */
  readonly profiles?: number;
  /** When the first of these changes was in the ledger, in ms since the Unix epoch; for metrics. */
  readonly at?: number;
  /** The requests that caused the change, at most `MAX_FOLLOWED`; absent if nobody traces them. */
  readonly traces?: readonly Trace[];
}

/**
 * Announces changes to every process that shows the board.
 *
 * Each announcement is only a hint, delivered at most once: it may be lost while a server is unavailable, and hints of two
 * publishers may arrive in either order. `Board.revision` shows which is newer; listeners also poll the leaderboard to
 * recover lost hints.
 */
export abstract class BoardFeed {
  /** Rejects if the hint could not be sent; the caller may ignore that. O(listeners). */
  abstract publish(change: ScoresChanged): Promise<void>;

  /**
   * Calls `listener` with a copy of every later hint, never before this returns and never during `publish`. A listener that throws does not keep the hint
   * from the others. Resolves with a function that unsubscribes.
   */
  abstract subscribe(listener: (change: ScoresChanged) => void): Promise<() => Promise<void>>;
}
