import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { BoardFeed, ErrorReporter, ProjectStandings } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { provide } from '../provide';

/** The one `ProjectStandings` of a process, for all that change scores. The app provides the ports globally. */
@Module({ providers: [provide(ProjectStandings, Leaderboard, BoardFeed, ErrorReporter, ScoreboardEvents)], exports: [ProjectStandings] })
export class ProjectionModule implements OnApplicationShutdown {
  constructor(private readonly projection: ProjectStandings) {}

  /** The consumer is closed by now, and the global modules, Redis among them, are not. */
  async onApplicationShutdown(): Promise<void> {
    await this.projection.idle();
  }
}
