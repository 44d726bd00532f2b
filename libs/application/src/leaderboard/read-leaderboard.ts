import { BOARD_SIZE, grants, type Identity, Leaderboard, LeaderboardNotReady, MAX_TOP, type Place, type RankedScore, Refusal, ScoreLedger } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import type { BoardCache } from '../live/board-cache';

/** Maximum number of concurrent rank reads from the ledger: each one scans every total. */
const MAX_LEDGER_READS = 4;

/** While the leaderboard cannot answer, a top that was read from the ledger is used this long. */
const LEDGER_TOP_MS = 1_000;

type ShownPlace = Pick<Place, 'userId' | 'score' | 'rank'>;

const maySeeHidden = (userId: string, reader?: Identity): boolean =>
  reader !== undefined && !reader.actionGrant && (reader.userId === userId || grants(reader, 'scores:admin'));

const unavailable = () => new Refusal('leaderboard-unavailable', { detail: 'Ranks are being rebuilt. Try again in a second.', retryAfter: 1 });

/**
 * Reads ranks: the top ten from this process's memory while it is fresh, everything else from the leaderboard, and
 * everything from the ledger while the leaderboard is not ready or unavailable.
 *
 * Refusals: `unknown-user` if the user is not ranked; `leaderboard-unavailable` if too many reads wait for the ledger;
 * `ledger-unavailable` if the ledger cannot answer either.
 */
export class ReadLeaderboard {
  private ledgerReads = 0;
  private ledgerTop?: { readonly entries: Promise<readonly RankedScore[]>; freshUntil: number };

  constructor(
    private readonly leaderboard: Leaderboard,
    private readonly ledger: ScoreLedger,
    private readonly boardCache: BoardCache,
    private readonly errors: ErrorReporter,
  ) {}

  /** The best `count`, 1 to `MAX_TOP`. */
  async top(count: number): Promise<readonly RankedScore[]> {
    const board = this.boardCache.current();
    if (board && this.boardCache.isFresh() && count <= BOARD_SIZE) return count === BOARD_SIZE ? board.entries : board.entries.slice(0, count);
    return this.orElse(
      () => this.leaderboard.top(count),
      () => this.topWithoutLeaderboard(count),
    );
  }

  /** One user's score and rank. A hidden user's score, without a rank, is visible only to that user and to `scores:admin`. */
  async place(userId: string, reader?: Identity): Promise<ShownPlace> {
    const place = await this.orElse<Omit<ShownPlace, 'userId'> | undefined>(
      async () => (await this.leaderboard.places([userId]))[0],
      () => this.readLedger(async () => (await this.ledger.around(userId, 0))[0] ?? (await this.unranked(userId))),
    );
    const isHidden = place?.rank === null;
    if (!place?.score || (isHidden && !maySeeHidden(userId, reader))) throw new Refusal('unknown-user');
    return { userId, score: place.score, rank: place.rank };
  }

  /** The user with up to `radius` neighbors (1 to 50) on either side. */
  async around(userId: string, radius: number): Promise<readonly RankedScore[]> {
    const neighbors = await this.orElse(
      () => this.leaderboard.around(userId, radius),
      () => this.readLedger(() => this.ledger.around(userId, radius)),
    );
    if (!neighbors.length) throw new Refusal('unknown-user');
    return neighbors;
  }

  private async unranked(userId: string): Promise<Omit<ShownPlace, 'userId'> | undefined> {
    const standing = await this.ledger.standing(userId);
    return standing && { score: standing.score, rank: null };
  }

  private async orElse<T>(read: () => Promise<T>, fallback: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof LeaderboardNotReady)) this.errors.report('the leaderboard cannot be read', error);
      return fallback();
    }
  }

  private async readLedger<T>(read: () => Promise<T>): Promise<T> {
    if (this.ledgerReads >= MAX_LEDGER_READS) throw unavailable();
    this.ledgerReads++;
    try {
      return await readLedger(this.errors, read);
    } finally {
      this.ledgerReads--;
    }
  }

  /** From the ledger; if that fails too, from the last known board. */
  private async topWithoutLeaderboard(count: number): Promise<readonly RankedScore[]> {
    try {
      return (await this.sharedLedgerTop()).slice(0, count);
    } catch (error) {
      const last = this.boardCache.current();
      if (last && count <= BOARD_SIZE) return last.entries.slice(0, count);
      throw error;
    }
  }

  /** One read at a time, for all callers; its result is used for `LEDGER_TOP_MS`. */
  private sharedLedgerTop(): Promise<readonly RankedScore[]> {
    if (this.ledgerTop && Date.now() < this.ledgerTop.freshUntil) return this.ledgerTop.entries;
    const read = { entries: readLedger(this.errors, () => this.ledger.top(MAX_TOP)), freshUntil: Infinity };
    const onEnd = () => void (read.freshUntil = Date.now() + LEDGER_TOP_MS);
    read.entries.then(onEnd, onEnd);
    this.ledgerTop = read;
    return read.entries;
  }
}
