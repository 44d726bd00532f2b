import { type BoardFeed, Leaderboards } from '@scoreboard/application';
import { GLOBAL_PERIOD, type Leaderboard } from '@scoreboard/domain';
import { EmbeddedBoardFeed } from './embedded-board-feed';
import { MemoryLeaderboard } from './memory-leaderboard';

/** Every period's leaderboard in memory. */
export class MemoryLeaderboards extends Leaderboards {
  private readonly leaderboards: Map<number, Leaderboard>;
  private readonly feeds: Map<number, BoardFeed>;

  constructor(global: Leaderboard, feed: BoardFeed) {
    super();
    this.leaderboards = new Map([[GLOBAL_PERIOD, global]]);
    this.feeds = new Map([[GLOBAL_PERIOD, feed]]);
  }

  of(key: number): Leaderboard {
    const known = this.leaderboards.get(key) ?? new MemoryLeaderboard();
    this.leaderboards.set(key, known);
    return known;
  }

  feedOf(key: number): BoardFeed {
    const known = this.feeds.get(key) ?? new EmbeddedBoardFeed();
    this.feeds.set(key, known);
    return known;
  }

  async drop(key: number): Promise<void> {
    this.leaderboards.delete(key);
    this.feeds.delete(key);
  }
}
