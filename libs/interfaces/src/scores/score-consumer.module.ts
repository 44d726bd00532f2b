import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ApplyScores, AuditLeaderboard, BoardFeed, FaultLog, FollowLedger, ProjectStandings, RebuildLeaderboard } from '@scoreboard/application';
import { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { provide } from '../provide';
import { ScoreConsumer } from './score.consumer';

/** Applying scores from the queue, and keeping the leaderboard at the ledger's side. The app provides the ports globally. */
@Module({
  controllers: [ScoreConsumer],
  providers: [
    provide(ProjectStandings, Leaderboard, BoardFeed, FaultLog),
    provide(ApplyScores, ScoreLedger, ProjectStandings),
    provide(RebuildLeaderboard, ScoreLedger, Leaderboard, BoardFeed),
    provide(AuditLeaderboard, ScoreLedger, Leaderboard, RebuildLeaderboard, FaultLog),
    provide(FollowLedger, ScoreLedger, Leaderboard, RebuildLeaderboard, BoardFeed, FaultLog),
  ],
  exports: [ApplyScores, AuditLeaderboard, FollowLedger],
})
export class ScoreConsumerModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly follow: FollowLedger,
    private readonly audit: AuditLeaderboard,
    private readonly projection: ProjectStandings,
  ) {}

  onApplicationBootstrap(): void {
    this.follow.start();
    this.audit.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.follow.stop(), this.audit.stop()]);
  }

  /** The consumer is closed by now, and the global modules, Redis among them, are not. */
  async onApplicationShutdown(): Promise<void> {
    await this.projection.idle();
  }
}
