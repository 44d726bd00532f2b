import { type DynamicModule, Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { ActionCounts, CommandKeys, HitCounts } from '@scoreboard/application';
import { Leaderboard } from '@scoreboard/domain';
import type { RedisClientType } from 'redis';
import { MemoryActionCounts } from './memory-action-counts';
import { MemoryCommandKeys } from './memory-command-keys';
import { MemoryLeaderboard } from './memory-leaderboard';
import { MemoryUserRecords } from './memory-user-records';
import { RedisActionCounts } from './redis-action-counts';
import { closeRedis, connectRedis } from './redis-client';
import { RedisCommandKeys } from './redis-command-keys';
import { RedisHitCounts } from './redis-hit-counts';
import { RedisLeaderboard } from './redis-leaderboard';
import { RedisUserRecords } from './redis-user-records';
import { warnOfEviction } from './redis-writes';

/** Token of the process's Redis client; nothing is provided where there is no Redis. */
export const REDIS = Symbol('REDIS');

/** Token of the place where command keys hold users' ids. */
export const KEY_RECORDS = Symbol('users in command keys');

/** Leaderboard, command keys and counts of actions, in Redis where a URL is given, else in this process's memory; and in Redis what limits count for all processes. */
@Module({})
export class CacheModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Optional() @Inject(REDIS) private readonly client?: RedisClientType) {}

  static forRoot({ url, name }: { readonly url?: string; readonly name: string }): DynamicModule {
    const memory = [
      { provide: Leaderboard, useFactory: () => new MemoryLeaderboard() },
      { provide: CommandKeys, useFactory: () => new MemoryCommandKeys() },
      { provide: KEY_RECORDS, useFactory: (keys: MemoryCommandKeys) => new MemoryUserRecords(keys), inject: [CommandKeys] },
      { provide: ActionCounts, useFactory: () => new MemoryActionCounts() },
    ];
    const redis = [
      { provide: REDIS, useFactory: () => connectRedis(url!, { name }) },
      { provide: Leaderboard, useFactory: (client: RedisClientType) => new RedisLeaderboard({ client }), inject: [REDIS] },
      { provide: CommandKeys, useFactory: (client: RedisClientType) => new RedisCommandKeys({ client }), inject: [REDIS] },
      { provide: KEY_RECORDS, useFactory: (client: RedisClientType) => new RedisUserRecords({ client }), inject: [REDIS] },
      { provide: ActionCounts, useFactory: (client: RedisClientType) => new RedisActionCounts({ client }), inject: [REDIS] },
      { provide: HitCounts, useFactory: (client: RedisClientType) => new RedisHitCounts({ client }), inject: [REDIS] },
    ];
    return {
      module: CacheModule,
      global: true,
      providers: url ? redis : memory,
      exports: [...(url ? [REDIS, HitCounts] : []), Leaderboard, CommandKeys, KEY_RECORDS, ActionCounts],
    };
  }

  onApplicationBootstrap(): void {
    if (this.client) warnOfEviction(this.client);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.client) await closeRedis(this.client);
  }
}
