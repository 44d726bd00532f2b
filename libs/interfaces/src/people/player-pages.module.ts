import { type DynamicModule, Module } from '@nestjs/common';
import { Boards, ChangePlayerPage, ErrorReporter, type PageContents, PlayerActivity, PlayerPages, ReadBoards, ReadPlayer, ShowUsers } from '@scoreboard/application';
import { LeaderboardModule } from '../leaderboard/leaderboard.module';
import { provide } from '../provide';
import { PlayerPagesController } from './player-pages.controller';

/** What everybody may see of a player. The app provides the ports globally. */
@Module({})
export class PlayerPagesModule {
  /** `shows`: what a player's page shows if the player has not chosen. */
  static forRoot({ shows }: { readonly shows: PageContents }): DynamicModule {
    return {
      module: PlayerPagesModule,
      imports: [LeaderboardModule],
      controllers: [PlayerPagesController],
      providers: [
        provide(ChangePlayerPage, PlayerPages, ErrorReporter),
        {
          provide: ReadPlayer,
          useFactory: (boards: Boards, readBoards: ReadBoards, pages: PlayerPages, activity: PlayerActivity, users: ShowUsers, errors: ErrorReporter) =>
            new ReadPlayer(boards, readBoards, pages, activity, users, errors, shows),
          inject: [Boards, ReadBoards, PlayerPages, PlayerActivity, ShowUsers, ErrorReporter],
        },
      ],
      exports: [ReadPlayer],
    };
  }
}
