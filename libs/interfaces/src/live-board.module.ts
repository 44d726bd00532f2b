import { type BeforeApplicationShutdown, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { BoardFeed, LiveBoard } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { provide } from './provide';

/** The newest board in this process's memory, for everybody in it. */
@Global()
@Module({ providers: [provide(LiveBoard, Leaderboard, BoardFeed, ScoreboardEvents)], exports: [LiveBoard] })
export class LiveBoardModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly live: LiveBoard) {}

  onApplicationBootstrap(): void {
    this.live.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.live.stop();
  }
}
