import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FindPlayers, ReadBoards, ShowUsers } from '@scoreboard/application';
import type { OnAppCreated } from '../http/on-app-created';
import { LeaderboardModule } from '../leaderboard/leaderboard.module';
import { PlayerPagesModule } from '../people/player-pages.module';
import { PlayersModule } from '../people/players.module';
import { provide } from '../provide';
import { DeskController } from './desk.controller';
import { PageController } from './page.controller';
import { PlayerController } from './player.controller';
import { PageOptions } from './page-options';
import { ReadPlaces } from './places';
import { serveDesk, servePage } from './serve-page';

/** The live page with its scripts and styles, and the desk for operators where it is on. The app provides `BoardCache` and `Boards` globally. */
@Module({})
export class PageModule implements OnAppCreated {
  constructor(private readonly options: PageOptions) {}

  static forRoot(options: PageOptions): DynamicModule {
    return {
      module: PageModule,
      imports: [LeaderboardModule, PlayersModule, ...(options.playerPages === 'off' ? [] : [PlayerPagesModule.forRoot({ shows: options.playerPages })])],
      controllers: [PageController, ...(options.playerPages === 'off' ? [] : [PlayerController]), ...(options.desk ? [DeskController] : [])],
      providers: [{ provide: PageOptions, useValue: options }, provide(ReadPlaces, ReadBoards, FindPlayers, ShowUsers)],
    };
  }

  onAppCreated(app: NestFastifyApplication): void {
    servePage(app, this.options.folder);
    if (this.options.desk) serveDesk(app, this.options.folder);
  }
}
