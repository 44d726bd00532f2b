import type { Board } from './board';
import type { LedgerRange } from './score-ledger';
import type { Place, RankedScore, Standing } from './standing';

/** Which ledger a leaderboard shows, and how far. */
export interface LeaderboardPosition {
  readonly ledgerId: string;
  /** Every event up to this sequence is in the leaderboard. */
  readonly watermark: number;
}

/**
 * A new order being filled beside the one that is read. Nobody sees it before `finish`.
 * Live `put`s go into both from the moment it was begun.
 */
export interface LeaderboardRebuild {
  /** Records standings as `Leaderboard.put` does. Throws when another rebuild took this one's place. */
  fill(standings: readonly Standing[]): Promise<void>;
  /** Swaps it in, complete up to ledger sequence `upTo`, and returns the board it shows. The old order is dropped. */
  finish(upTo: number): Promise<Board>;
}

/** The leaderboard has no complete order to read; the ledger has. */
export class LeaderboardNotReady extends Error {
  constructor() {
    super('the leaderboard is cold');
    this.name = 'LeaderboardNotReady';
  }
}

/**
 * The ranked view of every user's total: fast to read, safe to lose.
 * `ScoreLedger` is the truth; `RebuildLeaderboard` refills this from it.
 *
 * Order: score descending, then `reachedAt` (ledger sequence) ascending, so two leaderboards that hold the
 * same standings always agree. Hidden and zero standings are kept, without a place, so that an older
 * delivery cannot bring them back.
 *
 * Every read throws `LeaderboardNotReady` until the first rebuild has finished.
 */
export abstract class Leaderboard {
  /**
   * Records standings; one whose `version` is not above the one held is ignored, so deliveries may repeat or swap.
   * `covered` is the range of the ledger they come from: the watermark moves over it once everything before it is in.
   * Returns the board if this changed it. O(k log n).
   */
  abstract put(standings: readonly Standing[], covered: LedgerRange): Promise<Board | undefined>;

  /** How far the order that is read has come; undefined while cold. */
  abstract position(): Promise<LeaderboardPosition | undefined>;

  /** The newest board. O(1). */
  abstract board(): Promise<Board>;

  /** The best `count` (1 to 100), best first. O(log n + count). */
  abstract top(count: number): Promise<readonly RankedScore[]>;

  /** Places of these users, in the order asked; undefined for one never seen. O(k log n), one round trip. */
  abstract places(userIds: readonly string[]): Promise<readonly (Place | undefined)[]>;

  /** A ranked user between up to `radius` neighbours on either side; empty for one who stands on no board. O(log n + radius). */
  abstract around(userId: string, radius: number): Promise<readonly RankedScore[]>;

  /** Starts a new order for this ledger; undefined while another process is at it (one that stops is taken over after 10 s). */
  abstract beginRebuild(ledgerId: string): Promise<LeaderboardRebuild | undefined>;
}
