import { Leaderboards, type BoardFeed } from '@scoreboard/application';
import { GLOBAL_PERIOD, type Leaderboard } from '@scoreboard/domain';
import type { RedisClientType } from 'redis';
import type { RedisBoardFeed } from './redis-board-feed';
import { RedisLeaderboard } from './redis-leaderboard';

/** Where a `RedisLeaderboards` ranks, and how it listens. */
export interface RedisLeaderboardsOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key of the board `global`. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  readonly leaderboard: Leaderboard;
  readonly feed: RedisBoardFeed;
}

/** Each period has the keys of a leaderboard under `<prefix>period:<key>:`, on the same node of a cluster as `global`, and a channel there. */
export class RedisLeaderboards extends Leaderboards {
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly leaderboards: Map<number, Leaderboard>;
  private readonly feeds: Map<number, RedisBoardFeed>;

  constructor({ client, prefix = 'scoreboard:{global}:', leaderboard, feed }: RedisLeaderboardsOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.leaderboards = new Map([[GLOBAL_PERIOD, leaderboard]]);
    this.feeds = new Map([[GLOBAL_PERIOD, feed]]);
  }

  of(key: number): Leaderboard {
    const known = this.leaderboards.get(key) ?? new RedisLeaderboard({ client: this.client, prefix: this.prefixOf(key) });
    this.leaderboards.set(key, known);
    return known;
  }

  feedOf(key: number): BoardFeed {
    const known = this.feeds.get(key) ?? this.feeds.get(GLOBAL_PERIOD)!.onChannel(`${this.prefixOf(key)}feed`);
    this.feeds.set(key, known);
    return known;
  }

  async drop(key: number): Promise<void> {
    await this.of(key).drop();
    this.leaderboards.delete(key);
    this.feeds.delete(key);
  }

  private prefixOf(key: number): string {
    return `${this.prefix}period:${key}:`;
  }
}
