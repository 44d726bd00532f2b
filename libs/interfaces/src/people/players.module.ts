import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ErrorReporter, FindPlayers, IntervalTask, Profiles, ShowUsers } from '@scoreboard/application';
import { LeaderboardModule } from '../leaderboard/leaderboard.module';
import { provide } from '../provide';
import { PlayersController } from './players.controller';

/** How often names are looked for that cannot be found yet, and how many are indexed at once: requests wait meanwhile. */
const INDEX_INTERVAL_MS = 5_000;
const PAGE = 100;

/** Finds players by name, over HTTP and on the page. The app provides the ports globally. */
@Module({
  imports: [LeaderboardModule],
  controllers: [PlayersController],
  providers: [provide(FindPlayers, Profiles, ShowUsers, ErrorReporter)],
  exports: [FindPlayers],
})
export class PlayersModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly indexing: IntervalTask;
  private isStopped = false;

  constructor(private readonly profiles: Profiles, errors: ErrorReporter) {
    this.indexing = new IntervalTask(() => this.index(), (error) => errors.report('names cannot be indexed', error));
  }

  onApplicationBootstrap(): void {
    this.indexing.start(INDEX_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    await this.indexing.stop();
  }

  /** All names that earlier builds stored, and those whose key was replaced. */
  private async index(): Promise<void> {
    while (!this.isStopped && (await this.profiles.indexNames(PAGE)) === PAGE);
  }
}
