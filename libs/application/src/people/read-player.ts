import { GLOBAL_BOARD, Refusal } from '@scoreboard/domain';
import type { Boards } from '../boards/boards';
import type { ReadBoards } from '../boards/read-boards';
import type { ErrorReporter } from '../errors/error-reporter';
import { readLedger } from '../errors/ledger-reads';
import type { Profile } from '../live/profile';
import type { ShowUsers } from '../live/show-users';
import { type ActionPoints, PlayerActivity } from './player-activity';
import { type PageContents, PlayerPages } from './player-pages';

/** A place on a board. */
export interface PlayerPlace {
  readonly board: string;
  /** The current period of the board; absent on `global`. */
  readonly period?: string;
  readonly score: number;
  readonly rank: number;
  /** How many users are ranked. */
  readonly players: number;
}

/** The score at the end of a day (UTC), of today: now. */
export interface DayScore {
  /** `2026-11-30`. */
  readonly date: string;
  readonly score: number;
}

/** What everybody may see of a player. The id is the one that is shown. */
export interface PlayerPage extends Profile {
  readonly userId: string;
  /** `global` first. */
  readonly places: readonly PlayerPlace[];
  /** Only where the player or the operator shows it. */
  readonly activity?: { readonly days: readonly DayScore[]; readonly actions: readonly ActionPoints[] };
}

const DAY_MS = 24 * 3_600_000;
const DAYS = 30;
const ACTIONS = 5;
/** The events from which the best actions are found. */
const NEWEST = 1_000;

/**
 * Reads the public page of a player. Refusals: `unknown-user` alike for a player who does not exist, has no points, is hidden, was forgotten, or keeps the page
 * private; `leaderboard-unavailable`; `ledger-unavailable`.
 */
export class ReadPlayer {
  constructor(
    private readonly boards: Boards,
    private readonly readBoards: ReadBoards,
    private readonly pages: PlayerPages,
    private readonly activity: PlayerActivity,
    private readonly users: ShowUsers,
    private readonly errors: ErrorReporter,
    /** What a player's page shows if the player has not chosen. */
    private readonly otherwise: PageContents,
  ) {}

  async execute(userId: string, now = Date.now()): Promise<PlayerPage> {
    const [global, decided] = await Promise.all([this.placeOn(GLOBAL_BOARD, undefined, userId), readLedger(this.errors, () => this.pages.find(userId))]);
    const shows = decided ?? this.otherwise;
    if (!global || shows === 'private') throw new Refusal('unknown-user');
    const [shown, others, activity] = await Promise.all([
      this.users.entry({ userId }),
      this.placesOnOthers(userId),
      shows === 'activity' ? this.readActivity(userId, now) : undefined,
    ]);
    return { ...shown, places: [global, ...others], ...(activity && { activity }) };
  }

  private async placesOnOthers(userId: string): Promise<readonly PlayerPlace[]> {
    const begun = this.boards.list().filter(({ definition, period }) => period && definition.id !== GLOBAL_BOARD);
    const places = await Promise.all(begun.map(({ definition, period }) => this.placeOn(definition.id, period!.id, userId)));
    return places.filter((place) => place !== undefined);
  }

  /** Undefined if the user is not ranked on the board. */
  private async placeOn(board: string, period: string | undefined, userId: string): Promise<PlayerPlace | undefined> {
    try {
      const { score, rank, players } = await (await this.readBoards.of(board, period)).place(userId);
      return rank === null ? undefined : { board, ...(period !== undefined && { period }), score, rank, players };
    } catch (error) {
      // A board may be gone since it was listed.
      if (error instanceof Refusal && error.kind === 'unknown') return undefined;
      throw error;
    }
  }

  private readActivity(userId: string, now: number): Promise<NonNullable<PlayerPage['activity']>> {
    const today = Math.floor(now / DAY_MS) * DAY_MS;
    const days = Array.from({ length: DAYS }, (_, i) => today - (DAYS - 1 - i) * DAY_MS);
    return readLedger(this.errors, async () => {
      const [scores, actions] = await Promise.all([
        this.activity.scoresAt(userId, days.map((day) => new Date(day + DAY_MS - 1))),
        this.activity.bestActions(userId, NEWEST, ACTIONS),
      ]);
      return { days: days.map((day, i) => ({ date: new Date(day).toISOString().slice(0, 10), score: scores[i]! })), actions };
    });
  }
}
