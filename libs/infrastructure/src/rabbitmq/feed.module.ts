import { type DynamicModule, type InjectionToken, Module } from '@nestjs/common';
import { BoardFeed } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { EmbeddedBoardFeed } from '@scoreboard/infrastructure/in-process';
import { RedisBoardFeed } from '@scoreboard/infrastructure/redis';

export interface FeedOptions {
  /** Token of the client that publishes, and what makes the one that listens; without them the feed is embedded. */
  readonly redis?: { readonly client: InjectionToken; readonly connect: () => RedisClientType };
}

/** The feed: over Redis, or within this process. */
@Module({})
export class FeedModule {
  static forRoot({ redis }: FeedOptions): DynamicModule {
    const provider = redis
      ? { provide: BoardFeed, useFactory: (client: RedisClientType) => new RedisBoardFeed({ client, connect: redis.connect }), inject: [redis.client] }
      : { provide: BoardFeed, useFactory: () => new EmbeddedBoardFeed() };
    return { module: FeedModule, global: true, providers: [provider], exports: [BoardFeed] };
  }
}
