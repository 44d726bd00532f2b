import { type BeforeApplicationShutdown, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { BoardFeed, BoardCache } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { provide } from './provide';

/** The newest board in memory, shared by the whole process. */
@Global()
@Module({ providers: [provide(BoardCache, Leaderboard, BoardFeed, ScoreboardEvents)], exports: [BoardCache] })
export class BoardCacheModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly boardCache: BoardCache) {}

  onApplicationBootstrap(): void {
    this.boardCache.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.boardCache.stop();
  }
}
