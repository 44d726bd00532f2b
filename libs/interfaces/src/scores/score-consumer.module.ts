import { type BeforeApplicationShutdown, type DynamicModule, Module, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApplyScores, AuditLeaderboard, BoardChanged, BoardFeed, BoardStore, ErrorReporter, FollowLedger, FollowPeriods, KeepBoards, Leaderboards, ProjectStandings, PublishedBoards, QueueProgress, RebuildLeaderboard, IntervalTask, ScoreQueue } from '@scoreboard/application';
import { type BoardDefinition, Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
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
    provide(FollowPeriods, ScoreLedger, Leaderboards),
  ],
  exports: [ApplyScores, AuditLeaderboard, FollowLedger, FollowPeriods],
})
export class ScoreConsumerModule implements OnAppCreated, OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly tasks: readonly IntervalTask[];

  constructor(
    private readonly queue: ScoreQueue,
    follow: FollowLedger,
    audit: AuditLeaderboard,
    private readonly keep: KeepBoards,
    private readonly progress: QueueProgress,
    followPeriods: FollowPeriods,
    private readonly errors: ErrorReporter,
  ) {
    const lookAtBoards = async () => {
      await progress.report();
      await followPeriods.look(await keep.look(), Date.now());
    };
    this.tasks = [
      new IntervalTask(() => follow.look(), (error) => errors.report('the leaderboard cannot follow the ledger', error)),
      new IntervalTask(() => audit.look(), (error) => errors.report('the leaderboard cannot be audited', error)),
      new IntervalTask(lookAtBoards, (error) => errors.report('the boards cannot be kept', error)),
    ];
  }

  /** `boards`: those to define; undefined leaves them as they are in the database. */
  static forRoot({ boards }: { readonly boards?: readonly BoardDefinition[] }): DynamicModule {
    const keep = {
      provide: KeepBoards,
      useFactory: (store: BoardStore, published: PublishedBoards, progress: QueueProgress) => new KeepBoards(store, published, progress, boards),
      inject: [BoardStore, PublishedBoards, QueueProgress],
    };
    return { module: ScoreConsumerModule, providers: [keep] };
  }

  /** A board with another meaning stops the start. If the database is unavailable, the boards are defined later. */
  async onModuleInit(): Promise<void> {
    await this.keep.define().catch((error: unknown) => {
      if (error instanceof BoardChanged) throw error;
      this.errors.report('the boards are not defined yet', error);
    });
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

  /** The subscription is closed now, and the database still open. */
  async onApplicationShutdown(): Promise<void> {
    await this.progress.leave().catch((error: unknown) => this.errors.report('the other workers wait a minute for this one', error));
  }
}
