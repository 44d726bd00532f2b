import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApplyScores, AuditLeaderboard, BoardFeed, ErrorReporter, FollowLedger, ProjectStandings, RebuildLeaderboard, IntervalTask, ScoreQueue } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import type { OnAppCreated } from '../http/on-app-created';
import { ProjectionModule } from '../leaderboard/projection.module';
import { provide } from '../provide';
import { ScoreConsumer } from './score.consumer';
import { ScoreQueueStrategy } from './score-queue.strategy';

/** How often the leaderboard is compared with the ledger. */
const CHECK_INTERVAL_MS = 1_000;

/** Applies updates from the queue, and keeps the leaderboard in step with the ledger. The app provides the ports globally. */
@Module({
  imports: [ProjectionModule],
  controllers: [ScoreConsumer],
  providers: [
    provide(ApplyScores, ScoreLedger, ProjectStandings, ScoreboardEvents),
    provide(RebuildLeaderboard, ScoreLedger, Leaderboard, BoardFeed, ScoreboardEvents),
    provide(AuditLeaderboard, ScoreLedger, Leaderboard, RebuildLeaderboard),
    provide(FollowLedger, ScoreLedger, Leaderboard, RebuildLeaderboard, BoardFeed),
  ],
  exports: [ApplyScores, AuditLeaderboard, FollowLedger],
})
export class ScoreConsumerModule implements OnAppCreated, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tasks: readonly IntervalTask[];

  constructor(
    private readonly queue: ScoreQueue,
    follow: FollowLedger,
    audit: AuditLeaderboard,
    errors: ErrorReporter,
  ) {
    this.tasks = [
      new IntervalTask(() => follow.look(), (error) => errors.report('the leaderboard cannot follow the ledger', error)),
      new IntervalTask(() => audit.look(), (error) => errors.report('the leaderboard cannot be audited', error)),
    ];
  }

  onAppCreated(app: NestFastifyApplication): void {
    app.connectMicroservice({ strategy: new ScoreQueueStrategy(this.queue) });
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start(CHECK_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}
