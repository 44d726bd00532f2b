import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ApplyScores, AuditLeaderboard, BoardFeed, FaultLog, FollowLedger, ProjectStandings, RebuildLeaderboard, Rounds } from '@scoreboard/application';
import { Leaderboard, ScoreLedger } from '@scoreboard/domain';
import { provide } from '../provide';
import { ScoreConsumer } from './score.consumer';

/** How often the leaderboard is held against the ledger. */
const ROUND_MS = 1_000;

/** Applying scores from the queue, and keeping the leaderboard at the ledger's side. The app provides the ports globally. */
@Module({
  controllers: [ScoreConsumer],
  providers: [
    provide(ProjectStandings, Leaderboard, BoardFeed, FaultLog),
    provide(ApplyScores, ScoreLedger, ProjectStandings),
    provide(RebuildLeaderboard, ScoreLedger, Leaderboard, BoardFeed),
    provide(AuditLeaderboard, ScoreLedger, Leaderboard, RebuildLeaderboard),
    provide(FollowLedger, ScoreLedger, Leaderboard, RebuildLeaderboard, BoardFeed),
  ],
  exports: [ApplyScores, AuditLeaderboard, FollowLedger],
})
export class ScoreConsumerModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly rounds: readonly Rounds[];

  constructor(
    private readonly projection: ProjectStandings,
    follow: FollowLedger,
    audit: AuditLeaderboard,
    faults: FaultLog,
  ) {
    this.rounds = [
      new Rounds(() => follow.look(), (error) => faults.report('the leaderboard cannot follow the ledger', error)),
      new Rounds(() => audit.look(), (error) => faults.report('the leaderboard cannot be audited', error)),
    ];
  }

  onApplicationBootstrap(): void {
    for (const round of this.rounds) round.start(ROUND_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.rounds.map((round) => round.stop()));
  }

  /** The consumer is closed by now, and the global modules, Redis among them, are not. */
  async onApplicationShutdown(): Promise<void> {
    await this.projection.idle();
  }
}
