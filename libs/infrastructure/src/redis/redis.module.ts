import { type DynamicModule, Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ActionCounts, BoardFeed, DecidedIncrements, IDEMPOTENCY_PERSONAL_DATA, IdempotencyStore, Leaderboards, PublishedBoards, Quotas, RateCounters, ShownProfiles } from '@scoreboard/application';
import { Leaderboard } from '@scoreboard/domain';
import type { RedisClientType } from 'redis';
import { RedisActionCounts } from './redis-action-counts';
import { RedisBoardFeed } from './redis-board-feed';
import { closeRedis, connectRedis } from './redis-client';
import { RedisDecidedIncrements } from './redis-decided-increments';
import { RedisIdempotencyStore } from './redis-idempotency-store';
import { RedisPublishedBoards } from './redis-published-boards';
import { RedisQuotas } from './redis-quotas';
import { RedisRateCounters } from './redis-rate-counters';
import { RedisLeaderboard } from './redis-leaderboard';
import { RedisLeaderboards } from './redis-leaderboards';
import { RedisPersonalData } from './redis-personal-data';
import { RedisShownProfiles } from './redis-shown-profiles';
import { warnOfEviction } from './redis-writes';

/** Token of the process's Redis client. */
export const REDIS = Symbol('REDIS');

/** The server of `RedisModule`, and the name of its connections. */
export interface RedisOptions {
  /** `redis://…` or `rediss://…`. */
  readonly url: string;
  /** Name of the connections in Redis' client list and in the log. */
  readonly name: string;
}

/** Leaderboard, feed, idempotency keys and counters in Redis. */
@Module({})
export class RedisModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly client: RedisClientType) {}

  static forRoot({ url, name }: RedisOptions): DynamicModule {
    const inject = [REDIS];
    return {
      module: RedisModule,
      global: true,
      providers: [
        { provide: REDIS, useFactory: () => connectRedis(url, { name }) },
        { provide: Leaderboard, useFactory: (client: RedisClientType) => new RedisLeaderboard({ client }), inject },
        { provide: BoardFeed, useFactory: (client: RedisClientType) => new RedisBoardFeed({ client, connect: () => connectRedis(url, { name: `${name}-feed` }) }), inject },
        {
          provide: Leaderboards,
          useFactory: (client: RedisClientType, leaderboard: Leaderboard, feed: RedisBoardFeed) => new RedisLeaderboards({ client, leaderboard, feed }),
          inject: [REDIS, Leaderboard, BoardFeed],
        },
        { provide: PublishedBoards, useFactory: (client: RedisClientType) => new RedisPublishedBoards({ client }), inject },
        { provide: ShownProfiles, useFactory: (client: RedisClientType) => new RedisShownProfiles({ client }), inject },
        { provide: IdempotencyStore, useFactory: (client: RedisClientType) => new RedisIdempotencyStore({ client }), inject },
        { provide: IDEMPOTENCY_PERSONAL_DATA, useFactory: (client: RedisClientType) => new RedisPersonalData({ client }), inject },
        { provide: ActionCounts, useFactory: (client: RedisClientType) => new RedisActionCounts({ client }), inject },
        { provide: DecidedIncrements, useFactory: (client: RedisClientType) => new RedisDecidedIncrements({ client }), inject },
        { provide: Quotas, useFactory: (client: RedisClientType) => new RedisQuotas({ client }), inject },
        { provide: RateCounters, useFactory: (client: RedisClientType) => new RedisRateCounters({ client }), inject },
      ],
      exports: [REDIS, Leaderboard, Leaderboards, PublishedBoards, BoardFeed, ShownProfiles, IdempotencyStore, IDEMPOTENCY_PERSONAL_DATA, ActionCounts, DecidedIncrements, Quotas, RateCounters],
    };
  }

  onApplicationBootstrap(): void {
    warnOfEviction(this.client);
  }

  async onApplicationShutdown(): Promise<void> {
    await closeRedis(this.client);
  }
}
