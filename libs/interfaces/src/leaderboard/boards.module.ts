import { type BeforeApplicationShutdown, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Boards, ErrorReporter, Leaderboards, PeriodCaches, PublishedBoards, ShowUsers } from '@scoreboard/application';

const boards = { provide: Boards, useFactory: (published: PublishedBoards, errors: ErrorReporter) => new Boards(published, errors), inject: [PublishedBoards, ErrorReporter] };

// A worker shows no users.
const caches = {
  provide: PeriodCaches,
  useFactory: (leaderboards: Leaderboards, users?: ShowUsers) => new PeriodCaches(leaderboards, users),
  inject: [Leaderboards, { token: ShowUsers, optional: true }],
};

/** The boards there are, in the memory of every process. */
@Global()
@Module({ providers: [boards, caches], exports: [Boards, PeriodCaches] })
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
