import type { Rejection, RejectionReason, ScoreCommand } from './score';
import type { RankedScore, Standing } from './standing';

/** The sequence numbers `(from, to]` of one ledger. */
export interface LedgerRange {
  readonly from: number;
  readonly to: number;
}

/** Which ledger it is, and how far it is. */
export interface LedgerHead {
  /** Created once with the ledger. A different id means a different ledger. */
  readonly ledgerId: string;
  /** Sequence of the newest event. */
  readonly lastSeq: number;
}

/** What one transaction changed. */
export interface LedgerChange {
  /** The sequence numbers it used; empty (`from` = `to`) if everything had been done before. */
  readonly range: LedgerRange;
  /** Absolute standings of every user involved, including users whose score did not change. */
  readonly standings: readonly Standing[];
  /** The standings in each period that counted the change, by the key of the period. */
  readonly periods?: ReadonlyMap<number, readonly Standing[]>;
}

/** What one batch changed. */
export interface AppliedBatch extends LedgerChange {
  /** How many of its commands were new. */
  readonly applied: number;
  /** Indexes, from 0, of the commands in the batch whose id is already in the ledger with different content. */
  readonly conflicts: readonly number[];
  /** Time spent waiting for the row in the table `leaderboard`, in milliseconds. */
  readonly lockWaitMs: number;
}

/** What became of a command: applied, or rejected with its reason. */
export type CommandOutcome =
  | {
      readonly status: 'applied';
      readonly commandId: string;
      readonly userId: string;
      readonly scoreIncrement: number;
      readonly issuedBy?: string;
      readonly issuerDigest?: string;
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
      readonly issuerDigest?: string;
      readonly reason: RejectionReason;
    };

/** An applied command or a reversal, as shown in the user's history. */
export interface HistoryItem {
  readonly commandId: string;
  /** Negative for a reversal. */
  readonly scoreIncrement: number;
  readonly scoreAfter: number;
  readonly action?: string;
  /** The id of the command that this one reverses. */
  readonly reverses?: string;
  /** The points came from a guest whom the user claimed: the guest's command. */
  readonly movedFrom?: string;
  /** The points went to the player who claimed this guest: the player's event. */
  readonly movedTo?: string;
  readonly at: Date;
  readonly seq: number;
}

/**
 * The ledger rejects this batch because of its data, so a retry cannot succeed. At least one command in it is
 * invalid. Nothing of the batch was applied.
 */
export class UnprocessableBatch extends Error {
  constructor(
    readonly reason: RejectionReason,
    options?: ErrorOptions,
  ) {
    super(`the ledger cannot store this batch: ${reason}`, options);
    this.name = 'UnprocessableBatch';
  }
}

/**
 * The source of truth: an append-only history of applied commands, and the totals computed from it.
 *
 * Sequence order is commit order: writers of one leaderboard lock its row in turn, so a reader that sees a
 * `lastSeq` also sees every event up to it. Any error other than `UnprocessableBatch` means that the server is
 * unavailable: the batch may or may not have been applied, and applying it again is safe.
 */
export abstract class ScoreLedger {
  /**
   * This ledger with the totals of a period (`BoardPeriod.key`) instead of those of the board `global`. Everything else is the same, but ranks of a closed
   * period cost less once `BoardStore.writeOrders` wrote its order: `top`, `players`, `ranked` and `around` read n / 1,000 rows, and those that they return. O(1).
   */
  abstract ofPeriod(key: number): ScoreLedger;

  /**
   * Applies each command once, all in one transaction, which is durable on return. A command whose id is already in the
   * ledger changes nothing. Intended for batches (1 to a few thousand commands), which share the cost of the transaction.
   * Throws `UnprocessableBatch` if the data cannot be stored.
   */
  abstract apply(commands: readonly ScoreCommand[]): Promise<AppliedBatch>;

  /** Stores why commands were rejected, for `outcomes`. Repeated rejections are ignored. */
  abstract reject(rejections: readonly Rejection[]): Promise<void>;

  /** The outcomes of these commands; commands that the ledger has not seen are left out. */
  abstract outcomes(commandIds: readonly string[]): Promise<readonly CommandOutcome[]>;

  abstract head(): Promise<LedgerHead>;

  /**
   * Raises `lastSeq` to at least unix seconds × 2^20 and returns the new head. Everything written from now on gets a
   * higher sequence than anything shown earlier from a ledger or leaderboard that was since lost.
   */
  abstract raiseSequenceFloor(): Promise<LedgerHead>;

  /** A page of all standings, sorted by user id, starting after `after`. Fewer than `limit` means the last page. O(limit). */
  abstract standings(after: string | undefined, limit: number): Promise<readonly Standing[]>;

  /** Standings of the users changed after `seq`, from at most `limit` events, and the range those events cover. */
  abstract changedSince(seq: number, limit: number): Promise<LedgerChange>;

  /** A user's standing; undefined if the user is unknown. O(log n). */
  abstract standing(userId: string): Promise<Standing | undefined>;

  /** Number of users with a standing. If the ledger has more than a million totals it may be an estimate, which costs nothing; otherwise users are counted. */
  abstract userCount(): Promise<number>;

  /** The standings of the best `count` ranked users, best first. Reads every total, O(n), like `top`. */
  abstract best(count: number): Promise<readonly Standing[]>;

  /** The `count` users from rank `from` on (default: 1), best first. Reads every total, O(n): use it only while the leaderboard is not ready. */
  abstract top(count: number, from?: number): Promise<readonly RankedScore[]>;

  /** How many users are ranked. O(n), like `top`. */
  abstract players(): Promise<number>;

  /** The ranked ones of these users, best first. O(n log n): sorts every total. */
  abstract ranked(userIds: readonly string[]): Promise<readonly RankedScore[]>;

  /** A ranked user with up to `radius` neighbors on either side; empty if the user is not ranked. O(n), like `top`. */
  abstract around(userId: string, radius: number): Promise<readonly RankedScore[]>;

  /** The events that changed a user's score, newest first; only those below sequence `before` if given. O(limit). */
  abstract history(userId: string, limit: number, before?: number): Promise<readonly HistoryItem[]>;
}
