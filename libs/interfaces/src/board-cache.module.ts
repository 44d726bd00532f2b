import { type BeforeApplicationShutdown, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { BoardFeed, BoardCache, ErrorReporter, Profiles, ShownProfiles, ShowUsers, UserIds } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { provide } from './provide';

/** The newest board in memory, and how users are shown; shared by the whole process. */
@Global()
@Module({
  providers: [
    {
      provide: ShowUsers,
      useFactory: (shown: ShownProfiles, errors: ErrorReporter, ids: UserIds, source?: Profiles) => new ShowUsers(shown, errors, source, ids),
      // A gateway has no database.
      inject: [ShownProfiles, ErrorReporter, UserIds, { token: Profiles, optional: true }],
    },
    provide(BoardCache, Leaderboard, BoardFeed, ScoreboardEvents, ShowUsers),
  ],
  exports: [BoardCache, ShowUsers],
})
export class BoardCacheModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly boardCache: BoardCache) {}

  onApplicationBootstrap(): void {
    this.boardCache.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.boardCache.stop();
  }
}
