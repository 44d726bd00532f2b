import { type BeforeApplicationShutdown, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Boards, ErrorReporter, Leaderboards, PeriodCaches, PublishedBoards } from '@scoreboard/application';
import { provide } from '../provide';

const boards = { provide: Boards, useFactory: (published: PublishedBoards, errors: ErrorReporter) => new Boards(published, errors), inject: [PublishedBoards, ErrorReporter] };

/** The boards there are, in the memory of every process. */
@Global()
@Module({ providers: [boards, provide(PeriodCaches, Leaderboards)], exports: [Boards, PeriodCaches] })
export class BoardsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly boards: Boards,
    private readonly caches: PeriodCaches,
  ) {}

  onApplicationBootstrap(): void {
    this.boards.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.boards.stop(), this.caches.stop()]);
  }
}
