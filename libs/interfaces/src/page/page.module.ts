import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OnAppCreated } from '../http/on-app-created';
import { LeaderboardModule } from '../leaderboard/leaderboard.module';
import { DeskController } from './desk.controller';
import { PageController } from './page.controller';
import { PlayersModule } from '../people/players.module';
import { PlayerController } from './player.controller';
import { PageOptions } from './page-options';
import { serveDesk, servePage } from './serve-page';

/** The live page with its scripts and styles, and the desk for operators where it is on. The app provides `BoardCache` and `Boards` globally. */
@Module({})
export class PageModule implements OnAppCreated {
  constructor(private readonly options: PageOptions) {}

  static forRoot(options: PageOptions): DynamicModule {
    return {
      module: PageModule,
      imports: [LeaderboardModule, ...(options.playerPages === 'off' ? [] : [PlayersModule.forRoot({ shows: options.playerPages })])],
      controllers: [PageController, ...(options.playerPages === 'off' ? [] : [PlayerController]), ...(options.desk ? [DeskController] : [])],
      providers: [{ provide: PageOptions, useValue: options }],
    };
  }

  onAppCreated(app: NestFastifyApplication): void {
    servePage(app, this.options.folder);
    if (this.options.desk) serveDesk(app, this.options.folder);
  }
}
