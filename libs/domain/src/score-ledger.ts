import type { Rejection, RejectionReason, ScoreCommand } from './score';
import type { RankedScore, Standing } from './standing';

/** The sequence numbers `(from, to]` of one ledger. */
export interface LedgerRange {
  readonly from: number;
  readonly to: number;
}

export interface LedgerHead {
  /** Made once with the ledger; another id is another ledger. */
  readonly ledgerId: string;
  /** Sequence of the newest event. */
  readonly lastSeq: number;
}

/** What one transaction changed. */
export interface LedgerChange {
  /** The sequence numbers it took; empty (`from` = `to`) when all of it had been done before. */
  readonly range: LedgerRange;
  /** Absolute standings of every user it was about, also of those it did not change. */
  readonly standings: readonly Standing[];
}

/** What one batch did. */
export interface AppliedBatch extends LedgerChange {
  /** How many of its commands were new. */
  readonly applied: number;
  /** Places in the batch, from 0, of commands whose id stands in the ledger with other content. */
  readonly conflicts: readonly number[];
  /** Time spent waiting for the leaderboard's row, in milliseconds. */
  readonly lockWaitMs: number;
}

export type CommandOutcome =
  | {
      readonly status: 'applied';
      readonly commandId: string;
      readonly userId: string;
      readonly scoreIncrement: number;
      readonly issuedBy?: string;
      readonly seq: number;
      /** The user's total right after this command. */
      readonly scoreAfter: number;
    }
  | {
      readonly status: 'rejected';
      readonly commandId: string;
      readonly userId: string;
      readonly scoreIncrement: number;
      readonly issuedBy?: string;
      readonly reason: RejectionReason;
    };

/** One applied command, or the reversal of one, as its user's history shows it. */
export interface HistoryItem {
  readonly commandId: string;
  /** Negative for a reversal. */
  readonly scoreIncrement: number;
  readonly scoreAfter: number;
  readonly action?: string;
  /** The command that this one takes back. */
  readonly reverses?: string;
  readonly at: Date;
  readonly seq: number;
}

/**
 * A batch that the ledger refuses for its data: no retry will change that. One command in it is to blame;
 * nothing of the batch was applied.
 */
export class UnprocessableBatch extends Error {
  constructor(
    readonly reason: RejectionReason,
    options?: ErrorOptions,
  ) {
    super(`the ledger refuses this batch: ${reason}`, options);
    this.name = 'UnprocessableBatch';
  }
}

/**
 * The truth: an append-only history of applied commands, and the totals that follow from it.
 *
 * Sequence order is commit order: writers of one leaderboard take turns on its row, so every event up to
 * `lastSeq` is visible to whoever reads that `lastSeq`. A server that is away is a fault (any error but
 * `UnprocessableBatch`): nothing is known of the batch then, and applying it again is safe.
 */
export abstract class ScoreLedger {
  /**
   * Applies each command once, in one transaction; on return it is durable. A command whose id is known changes
   * nothing. Meant for batches (1 to some thousands): the cost of the transaction is shared.
   * Throws `UnprocessableBatch` where the data cannot be stored.
   */
  abstract apply(commands: readonly ScoreCommand[]): Promise<AppliedBatch>;

  /** Keeps why commands were rejected, for whoever asks after them. Repeated ones are ignored. */
  abstract reject(rejections: readonly Rejection[]): Promise<void>;

  /** What became of these commands; one that has not been seen is left out. */
  abstract outcomes(commandIds: readonly string[]): Promise<readonly CommandOutcome[]>;

  abstract head(): Promise<LedgerHead>;

  /**
   * Raises `lastSeq` to at least unix seconds × 2^20 and returns the new head. A floor, never an order: it puts
   * everything written from now on above whatever was shown from a ledger or leaderboard that was lost.
   */
  abstract raiseSequenceFloor(): Promise<LedgerHead>;

  /** A page of all standings by user id, from above `after`; fewer than `limit` means the last page. O(limit). */
  abstract standings(after: string | undefined, limit: number): Promise<readonly Standing[]>;

  /**
   * Standings of the users changed above `seq`, looking at `limit` events at the most, and the range that they cover.
   */
  abstract changedSince(seq: number, limit: number): Promise<LedgerChange>;

  /** A user's standing; undefined for one who never scored. O(log n). */
  abstract standing(userId: string): Promise<Standing | undefined>;

  /** The best `count`, best first. Reads every total, O(n): for the time while the leaderboard is cold. */
  abstract top(count: number): Promise<readonly RankedScore[]>;

  /** A ranked user between up to `radius` neighbours on either side; empty for one who stands on no board. O(n), as `top`. */
  abstract around(userId: string, radius: number): Promise<readonly RankedScore[]>;

  /** What raised or lowered a user's score, newest first, those below sequence `before` where it is given. O(limit). */
  abstract history(userId: string, limit: number, before?: number): Promise<readonly HistoryItem[]>;
}
