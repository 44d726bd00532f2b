import type { BoardCatalog, BoardDefinition, BoardPeriod, LedgerChange, PeriodTime } from '@scoreboard/domain';

/** A board was defined with another meaning after it had begun to count. */
export class BoardChanged extends Error {
  /** As those of a bad setting. */
  readonly lines: readonly string[];

  constructor(readonly board: string) {
    super(`the board ${board} has begun to count and cannot change its reset, time zone, days, season or actions: give it another id`);
    this.lines = [`BOARDS_FILE: ${this.message}`];
    this.name = 'BoardChanged';
  }
}

/** What one step of a fill did. The standings are of the period alone. */
export interface FilledPart extends LedgerChange {
  /** How many events it looked at, and how many of them the period counts now. */
  readonly looked: number;
  readonly counted: number;
  /** Whether nothing is left to do. */
  readonly isWhole: boolean;
}

/** The boards and their periods in the ledger's database. The board `global` is not among them. */
export abstract class BoardStore {
  /**
   * Makes these the boards there are. A board that is left out is not shown, and its periods are closed;
   * if it is defined again, it counts from its next period on. Throws `BoardChanged`,
   * and changes nothing then, if a board has another meaning than before; only `keep` may differ.
   */
  abstract define(boards: readonly BoardDefinition[]): Promise<void>;

  /** The boards, and their periods: those that have not ended at `now` or have no order, and the newest `keep` of the others. Dropped ones are left out. */
  abstract read(now: number): Promise<BoardCatalog>;

  /** Begins to count a period, if it does not yet; it must be called before the period begins. */
  abstract open(board: BoardDefinition, period: PeriodTime): Promise<void>;

  /** Closes a period: what comes for it later counts in the next one. Returns whether this call closed it. */
  abstract close(period: BoardPeriod): Promise<boolean>;

  /**
   * Writes the content of `board.closed` for each closed period that had begun: the totals after the last event that it counted. Calling it again, or from
   * several processes, writes nothing twice. O(users of the period).
   */
  abstract tellClosings(): Promise<void>;

  /**
   * Writes the order of each closed period whose `board.closed` is written, so that its ranks can be read without its leaderboard. Moderation updates it. Calling it again, or from
   * several processes, writes nothing twice. O(n log n) for the n users of the period; if a moderator acts meanwhile, it begins again.
   */
  abstract writeOrders(): Promise<void>;

  /** The periods of a board that have an order, the newest first; or the one with this id. Those that `read` returns may be among them. */
  abstract past(board: string, id?: string): Promise<readonly BoardPeriod[]>;

  /**
   * Counts the newest `limit` events of the history that an open period does not count and that belong in it; see `BoardPeriod.countsFrom`. Undefined if the period is whole or closed.
   * It can be called while the ledger is written, and by many at once: each event is counted once. Writers wait for one call, O(limit).
   */
  abstract fill(period: BoardPeriod, limit: number): Promise<FilledPart | undefined>;

  /** How many events `fill` would look at in all. O(of these). */
  abstract countUnfilled(period: BoardPeriod): Promise<number>;

  /** A board as it was defined last, also one that is not defined anymore. */
  abstract definition(board: string): Promise<BoardDefinition | undefined>;

  /** The periods of a board that resets, before the period of this id, which have ended, are closed and told, and are not wholly dropped; oldest first. */
  abstract droppable(board: string, before: string): Promise<readonly BoardPeriod[]>;

  /** How many users have a total in a period. O(these). */
  abstract countTotals(period: BoardPeriod): Promise<number>;

  /**
   * Makes a period unreadable, if it is droppable, and deletes at most `limit` of its totals; resolves with how many. Events, and what `board.closed` told, stay. Call it until it
   * resolves with 0; a later call continues.
   */
  abstract drop(period: BoardPeriod, limit: number): Promise<number>;
}
