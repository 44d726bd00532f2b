import type { IntervalFacts, JumpFacts, RateFacts } from './flag-rule';

/** Which updates of the past count; all of them without it. */
export interface PastFilter {
  /** As in `FlagRule`. */
  readonly actions?: readonly string[];
}

/**
 * What players did before an update, from the ledger. `sequences` are those of the updates to judge; one that is not in the ledger is left out.
 *
 * The moment of an update is that of its acceptance. Only updates that were applied before the judged one count, so the answer is the same whenever it is asked
 * for. Reversed updates count: they were sent. Imported totals and points that came back with a flag neither count nor are judged. Of a player's past, the last 500 updates are looked at. O(500 * sequences).
 */
export abstract class PastUpdates {
  abstract rates(sequences: readonly number[], seconds: number, filter: PastFilter): Promise<readonly RateFacts[]>;

  /** The updates before the last whole hundred of the ledger stand for those of all players. */
  abstract usual(sequences: readonly number[], filter: PastFilter): Promise<readonly JumpFacts[]>;

  /** Only those that have an earlier update of the same action. */
  abstract intervals(sequences: readonly number[]): Promise<readonly IntervalFacts[]>;
}
