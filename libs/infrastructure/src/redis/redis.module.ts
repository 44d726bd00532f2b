import { type DynamicModule, Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ActionCounts, BoardFeed, COMMAND_KEY_RECORDS, CommandKeys, HitCounts } from '@scoreboard/application';
import { Leaderboard } from '@scoreboard/domain';
import type { RedisClientType } from 'redis';
import { RedisActionCounts } from './redis-action-counts';
import { RedisBoardFeed } from './redis-board-feed';
import { closeRedis, connectRedis } from './redis-client';
import { RedisCommandKeys } from './redis-command-keys';
import { RedisHitCounts } from './redis-hit-counts';
import { RedisLeaderboard } from './redis-leaderboard';
import { RedisUserRecords } from './redis-user-records';
import { warnOfEviction } from './redis-writes';

/** Token of the process's Redis client. */
export const REDIS = Symbol('REDIS');

export interface RedisOptions {
  /** `redis://…` or `rediss://…`. */
  readonly url: string;
  /** Names the connections in Redis' list of clients and in the log. */
  readonly name: string;
}

/** The leaderboard, its feed, command keys and counts, in Redis. */
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
        { provide: CommandKeys, useFactory: (client: RedisClientType) => new RedisCommandKeys({ client }), inject },
        { provide: COMMAND_KEY_RECORDS, useFactory: (client: RedisClientType) => new RedisUserRecords({ client }), inject },
        { provide: ActionCounts, useFactory: (client: RedisClientType) => new RedisActionCounts({ client }), inject },
        { provide: HitCounts, useFactory: (client: RedisClientType) => new RedisHitCounts({ client }), inject },
      ],
      exports: [REDIS, Leaderboard, BoardFeed, CommandKeys, COMMAND_KEY_RECORDS, ActionCounts, HitCounts],
    };
  }

  onApplicationBootstrap(): void {
    warnOfEviction(this.client);
  }

  async onApplicationShutdown(): Promise<void> {
    await closeRedis(this.client);
  }
}
