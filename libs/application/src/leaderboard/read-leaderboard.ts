import { BOARD_SIZE, grants, type Identity, Leaderboard, LeaderboardNotReady, MAX_TOP, type Place, type RankedScore, Refusal, ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../moderation/error-reporter';
import { readLedger } from './ledger-reads';
import type { BoardCache } from '../live/board-cache';

/** Reading ranks from the ledger costs a pass over every total: only so many at a time. */
const MAX_LEDGER_READS = 4;

/** The ledger answers the top once in this time for everybody, while the leaderboard cannot. */
const LEDGER_TOP_MS = 1_000;

type ShownPlace = Pick<Place, 'userId' | 'score' | 'rank'>;

const maySeeHidden = (userId: string, reader?: Identity): boolean =>
  reader !== undefined && !reader.actionGrant && (reader.userId === userId || grants(reader, 'scores:admin'));

const unavailable = () => new Refusal('leaderboard-unavailable', { detail: 'Ranks are being rebuilt; try again soon.', retryAfter: 1 });

/**
 * Reads the order of scores: the top ten from this process's memory while it is fresh, the rest from the leaderboard,
 * and all of it from the ledger while the leaderboard is cold or away.
 *
 * Throws the refusal `unknown-user` for one who stands on no board, `leaderboard-unavailable` or `ledger-unavailable` where
 * nobody can answer now.
 */
export class ReadLeaderboard {
  private ledgerReads = 0;
  private ledgerTop?: { readonly at: number; readonly entries: Promise<readonly RankedScore[]> };

  constructor(
    private readonly leaderboard: Leaderboard,
    private readonly ledger: ScoreLedger,
    private readonly live: BoardCache,
    private readonly faults: ErrorReporter,
  ) {}

  /** The best `count`, 1 to `MAX_TOP`. */
  async top(count: number): Promise<readonly RankedScore[]> {
    const board = this.live.current();
    if (board && this.live.isFresh() && count <= BOARD_SIZE) return count === BOARD_SIZE ? board.entries : board.entries.slice(0, count);
    return this.orElse(
      () => this.leaderboard.top(count),
      () => this.topWithoutLeaderboard(count),
    );
  }

  /** The user's own place. A hidden user's score is told, without a rank, to that user and to `scores:admin`. */
  async place(userId: string, reader?: Identity): Promise<ShownPlace> {
    const place = await this.orElse<Omit<ShownPlace, 'userId'> | undefined>(
      async () => (await this.leaderboard.places([userId]))[0],
      () => this.readLedger(async () => (await this.ledger.around(userId, 0))[0] ?? (await this.unranked(userId))),
    );
    const isHidden = place?.rank === null;
    if (!place?.score || (isHidden && !maySeeHidden(userId, reader))) throw new Refusal('unknown-user');
    return { userId, score: place.score, rank: place.rank };
  }

  /** The user between up to `radius` neighbours (1 to 50) on either side. */
  async around(userId: string, radius: number): Promise<readonly RankedScore[]> {
    const neighbours = await this.orElse(
      () => this.leaderboard.around(userId, radius),
      () => this.readLedger(() => this.ledger.around(userId, radius)),
    );
    if (!neighbours.length) throw new Refusal('unknown-user');
    return neighbours;
  }

  private async unranked(userId: string): Promise<Omit<ShownPlace, 'userId'> | undefined> {
    const standing = await this.ledger.standing(userId);
    return standing && { score: standing.score, rank: null };
  }

  private async orElse<T>(read: () => Promise<T>, fallback: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof LeaderboardNotReady)) this.faults.report('the leaderboard cannot be read', error);
      return fallback();
    }
  }

  private async readLedger<T>(read: () => Promise<T>): Promise<T> {
    if (this.ledgerReads >= MAX_LEDGER_READS) throw unavailable();
    this.ledgerReads++;
    try {
      return await readLedger(this.faults, read);
    } finally {
      this.ledgerReads--;
    }
  }

  /** From one shared read of the ledger; where that is away too, the last board there was. */
  private async topWithoutLeaderboard(count: number): Promise<readonly RankedScore[]> {
    if (!this.ledgerTop || Date.now() - this.ledgerTop.at > LEDGER_TOP_MS) {
      this.ledgerTop = { at: Date.now(), entries: readLedger(this.faults, () => this.ledger.top(MAX_TOP)) };
    }
    try {
      return (await this.ledgerTop.entries).slice(0, count);
    } catch (error) {
      const last = this.live.current();
      if (last && count <= BOARD_SIZE) return last.entries.slice(0, count);
      throw error;
    }
  }
}
