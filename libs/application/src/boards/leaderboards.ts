import type { Leaderboard } from '@scoreboard/domain';
import type { BoardFeed } from '../live/board-feed';

/** The leaderboards of all periods, by `BoardPeriod.key`, each with its feed. `GLOBAL_PERIOD` is that of the board `global`. */
export abstract class Leaderboards {
  /** The same instance for every call. A period that is new is not ready until its first rebuild. */
  abstract of(key: number): Leaderboard;

  /** Announces the changes of this leaderboard. */
  abstract feedOf(key: number): BoardFeed;

  /** Deletes the leaderboard of a period. */
  abstract drop(key: number): Promise<void>;
}
