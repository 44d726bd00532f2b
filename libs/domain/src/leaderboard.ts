import type { Board } from './board';
import type { LedgerRange } from './score-ledger';
import type { Place, RankedScore, Standing } from './standing';

/** The ledger that a leaderboard shows, and how far it has caught up. */
export interface LeaderboardPosition {
  readonly ledgerId: string;
  /** The leaderboard contains every event up to this sequence. */
  readonly watermark: number;
}

/** Where an interrupted rebuild stopped. */
export interface RebuildProgress {
  /** The new ranking has the standings of all users up to this id, in the order of ids. */
  readonly after: string;
  /** Number of these standings. */
  readonly filled: number;
  /** They are complete up to this ledger sequence. */
  readonly upTo: number;
}

/**
 * A new ranking that is filled while readers still use the current one. Readers see it only after `finish`.
 * From the start of the rebuild, each live `put` goes into both.
 *
 * Every call throws if another rebuild has replaced this one, or another process has taken it over.
 */
export interface LeaderboardRebuild {
  /** Set if this rebuild goes on with one that was interrupted: only the users after `resumed.after` are missing, and `resumed.upTo` is the sequence for `finish`. */
  readonly resumed?: RebuildProgress;
  /** Says before the first page roughly how many users will be filled, so that the ranking can make room for them at once. Any number is safe. Absent where that makes no difference. */
  expect?(users: number): Promise<void>;
  /**
   * Records standings as `Leaderboard.put` does. With `upTo`, they are the next page in the order of user ids, read after the ledger had reached that
   * sequence. If the rebuild is interrupted, it is resumed after the last page that was filled this way.
   */
  fill(standings: readonly Standing[], upTo?: number): Promise<void>;
  /**
   * Records the best users of the ledger, read after this rebuild began, at most `MAX_TOP`. If there is no current ranking, `Leaderboard.board` returns
   * the first ten of this one from now on, and live puts change it. `upTo` is the sequence for `finish`. Returns the board if it changed.
   */
  show(best: readonly Standing[], upTo: number): Promise<Board | undefined>;
  /** Makes this ranking the current one, complete up to ledger sequence `upTo`, drops the old one, and returns the new board. */
  finish(upTo: number): Promise<Board>;
}

/** No rebuild has finished yet, so the leaderboard has no complete ranking. Read the ledger instead. */
export class LeaderboardNotReady extends Error {
  constructor() {
    super('the leaderboard is not ready: a rebuild must finish first');
    this.name = 'LeaderboardNotReady';
  }
}

/**
 * The ranking of all users by score: fast to read, safe to lose.
 * `ScoreLedger` is the source of truth; `RebuildLeaderboard` refills the leaderboard from it.
 *
 * Order: score descending, then `reachedAt` (ledger sequence) ascending, so two leaderboards with the
 * same standings always agree. Hidden users and users with score 0 are stored without a rank, so that a late
 * delivery of an older standing cannot rank them again.
 *
 * Every read throws `LeaderboardNotReady` until the first rebuild has finished; `position` returns undefined instead, and `board` returns a board
 * as soon as that rebuild shows one.
 */
export abstract class Leaderboard {
  /**
   * Records standings. A standing is ignored unless its `version` is higher than the stored one, so deliveries may
   * arrive twice or out of order. `covered` is the ledger range they come from: the watermark advances over it once
   * everything before it has arrived. Returns the board if it changed. O(k log n).
   */
  abstract put(standings: readonly Standing[], covered: LedgerRange): Promise<Board | undefined>;

  /** How far the current ranking has caught up with the ledger; undefined until the first rebuild has finished. */
  abstract position(): Promise<LeaderboardPosition | undefined>;

  /** The current board; before the first rebuild has finished, the board that it shows. O(1). */
  abstract board(): Promise<Board>;

  /** The `count` users (1 to 100) from rank `from` on (default: 1), best first; empty if there are fewer users. O(log n + count). */
  abstract top(count: number, from?: number): Promise<readonly RankedScore[]>;

  /** How many users are ranked. O(1). */
  abstract players(): Promise<number>;

  /** Places of these users, in the order given; undefined for an unknown user. O(k log n), one round trip. */
  abstract places(userIds: readonly string[]): Promise<readonly (Place | undefined)[]>;

  /** A ranked user with up to `radius` neighbors on either side; empty if the user is not ranked. O(log n + radius). */
  abstract around(userId: string, radius: number): Promise<readonly RankedScore[]>;

  /**
   * Removes a user and records `by`, the same user under another id, if given; readers see both at once. The ledger must have done it before.
   * A running rebuild may have read the old id, so it is interrupted: its next call throws, and the next rebuild resumes it, or starts again if the
   * last page ended with this user. A later put of the old id records it again. Returns the board if it changed. O(log n).
   */
  abstract replace(userId: string, by?: Standing): Promise<Board | undefined>;

  /** Deletes the ranking and its board; afterwards it is not ready. For a period that nobody can read anymore. */
  abstract drop(): Promise<void>;

  /**
   * Starts a rebuild for this ledger. Undefined while another one runs. One that is silent for 10 s counts as interrupted: if it is of the same
   * ledger, has filled a page and has received every live put since it began, it is resumed (`resumed` is set); otherwise it is replaced.
   */
  abstract beginRebuild(ledgerId: string): Promise<LeaderboardRebuild | undefined>;
}
