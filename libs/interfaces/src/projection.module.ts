import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { BoardFeed, Boards, ErrorReporter, Leaderboards, ProjectPeriods, ProjectStandings } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { provide } from './provide';

/** The process's single `ProjectStandings`, shared by everything that changes scores. The app provides the ports globally. */
@Module({
  providers: [provide(ProjectPeriods, Leaderboards, ErrorReporter, Boards), provide(ProjectStandings, Leaderboard, BoardFeed, ErrorReporter, ScoreboardEvents, ProjectPeriods)],
  exports: [ProjectStandings],
})
export class ProjectionModule implements OnApplicationShutdown {
  constructor(private readonly projection: ProjectStandings) {}

  /** At this point the consumer is closed, but the global modules, including Redis, are still open. */
  async onApplicationShutdown(): Promise<void> {
    await this.projection.idle();
  }
}
