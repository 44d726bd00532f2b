import { BOARD_SIZE, grants, type Identity, Leaderboard, LeaderboardNotReady, type Place, type RankedScore, Refusal } from '@scoreboard/domain';
import type { ErrorReporter } from '../errors/error-reporter';
import type { BoardCache } from '../live/board-cache';
import type { LedgerRanks } from './ledger-ranks';

/** `players`: how many users are ranked. */
type ShownPlace = Pick<Place, 'userId' | 'score' | 'rank'> & { readonly players: number };

const maySeeHidden = (userId: string, reader?: Identity): boolean =>
  reader !== undefined && !reader.actionGrant && (reader.userId === userId || grants(reader, 'scores:admin'));

const rankedOf = (places: readonly (Place | undefined)[]): readonly RankedScore[] =>
  places
    .flatMap((place) => (place && place.rank !== null ? [{ rank: place.rank, userId: place.userId, score: place.score }] : []))
    .sort((a, b) => a.rank - b.rank);

/**
 * Reads ranks: the top ten from this process's memory while it is fresh, everything else from the leaderboard, and
 * everything from the ledger while the leaderboard is not ready or unavailable.
 *
 * Refusals: `unknown-user` if the user is not ranked; `leaderboard-unavailable` if too many reads wait for the ledger;
 * `ledger-unavailable` if the ledger cannot answer either.
 */
export class ReadLeaderboard {
  constructor(
    /** Undefined for a period that is only in the ledger. */
    private readonly leaderboard: Leaderboard | undefined,
    private readonly ledger: LedgerRanks,
    private readonly boardCache: Pick<BoardCache, 'current' | 'isFresh'>,
    private readonly errors: ErrorReporter,
  ) {}

  /** The best `count`, 1 to `MAX_TOP`. */
  async top(count: number): Promise<readonly RankedScore[]> {
    const board = this.boardCache.current();
    if (board && this.boardCache.isFresh() && count <= BOARD_SIZE) return count === BOARD_SIZE ? board.entries : board.entries.slice(0, count);
    return this.orElse(
      (leaderboard) => leaderboard.top(count),
      () => this.topWithoutLeaderboard(count),
    );
  }

  /** The `count` users (1 to `MAX_TOP`) from rank `from` on. */
  ranks(from: number, count: number): Promise<readonly RankedScore[]> {
    return this.orElse(
      (leaderboard) => leaderboard.top(count, from),
      () => this.ledger.ranks(from, count),
    );
  }

  /** The ranked ones of these users (1 to `MAX_TOP`), best first; a user who is asked for twice is in it once. */
  ranked(userIds: readonly string[]): Promise<readonly RankedScore[]> {
    return this.orElse(
      async (leaderboard) => rankedOf(await leaderboard.places([...new Set(userIds)])),
      () => this.ledger.ranked(userIds),
    );
  }

  /** How many users are ranked. */
  players(): Promise<number> {
    return this.orElse(
      (leaderboard) => leaderboard.players(),
      () => this.ledger.players(),
    );
  }

  /** One user's score and rank. A hidden user's score, without a rank, is visible only to that user and to `scores:admin`. */
  async place(userId: string, reader?: Identity): Promise<ShownPlace> {
    const place = await this.orElse<Omit<ShownPlace, 'userId'> | undefined>(
      async (leaderboard) => {
        const [[place], players] = await Promise.all([leaderboard.places([userId]), leaderboard.players()]);
        return place && { ...place, players };
      },
      () => this.ledger.place(userId),
    );
    const isHidden = place?.rank === null;
    if (!place?.score || (isHidden && !maySeeHidden(userId, reader))) throw new Refusal('unknown-user');
    return { userId, score: place.score, rank: place.rank, players: place.players };
  }

  /** The user with up to `radius` neighbors (1 to 50) on either side. */
  async around(userId: string, radius: number): Promise<readonly RankedScore[]> {
    const neighbors = await this.orElse(
      (leaderboard) => leaderboard.around(userId, radius),
      () => this.ledger.around(userId, radius),
    );
    if (!neighbors.length) throw new Refusal('unknown-user');
    return neighbors;
  }

  private async orElse<T>(read: (leaderboard: Leaderboard) => Promise<T>, fallback: () => Promise<T>): Promise<T> {
    if (!this.leaderboard) return fallback();
    try {
      return await read(this.leaderboard);
    } catch (error) {
      if (!(error instanceof LeaderboardNotReady)) this.errors.report('the leaderboard cannot be read', error);
      return fallback();
    }
  }

  /** From the ledger; if that fails too, from the last known board. */
  private async topWithoutLeaderboard(count: number): Promise<readonly RankedScore[]> {
    try {
      return await this.ledger.top(count);
    } catch (error) {
      const last = this.boardCache.current();
      if (last && count <= BOARD_SIZE) return last.entries.slice(0, count);
      throw error;
    }
  }
}
