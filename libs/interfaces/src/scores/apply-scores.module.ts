import { type BeforeApplicationShutdown, type DynamicModule, type FactoryProvider, Module, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import {
  ApplyScores,
  AuditLeaderboard,
  BoardChanged,
  BoardFeed,
  BoardStore,
  ErrorReporter,
  FollowLedger,
  FollowPeriods,
  IntervalTask,
  KeepBoards,
  Leaderboards,
  ProjectStandings,
  PublishedBoards,
  QueueProgress,
  RebuildLeaderboard,
} from '@scoreboard/application';
import { type BoardCatalog, type BoardDefinition, GuestClaims, Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import { ProjectionModule } from '../projection.module';
import { provide } from '../provide';

/** How often the leaderboards are compared with the ledger, and the boards looked at. */
const CHECK_INTERVAL_MS = 1_000;

/** The boards that a worker keeps. */
export interface BoardsOptions {
  /** The boards to define; undefined leaves them as they are in the database. */
  readonly boards?: readonly BoardDefinition[];
}

const OPTIONS = Symbol('boards to define');

/** Applies updates, and keeps the boards, and the leaderboards in step with the ledger. The app provides the ports globally. */
@Module({
  imports: [ProjectionModule],
  providers: [
    provide(ApplyScores, ScoreLedger, ProjectStandings, ScoreboardEvents, GuestClaims),
    provide(RebuildLeaderboard, ScoreLedger, Leaderboard, BoardFeed, ScoreboardEvents),
    provide(AuditLeaderboard, ScoreLedger, Leaderboard, RebuildLeaderboard),
    provide(FollowLedger, ScoreLedger, Leaderboard, RebuildLeaderboard, BoardFeed),
    provide(FollowPeriods, ScoreLedger, Leaderboards),
    {
      provide: KeepBoards,
      useFactory: (store: BoardStore, published: PublishedBoards, progress: QueueProgress, { boards }: BoardsOptions) => new KeepBoards(store, published, progress, boards),
      inject: [BoardStore, PublishedBoards, QueueProgress, OPTIONS],
    },
  ],
  exports: [ApplyScores, AuditLeaderboard, FollowLedger, FollowPeriods],
})
export class ApplyScoresModule implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly tasks: readonly IntervalTask[];

  constructor(
    follow: FollowLedger,
    audit: AuditLeaderboard,
    followPeriods: FollowPeriods,
    private readonly keep: KeepBoards,
    private readonly progress: QueueProgress,
    private readonly errors: ErrorReporter,
  ) {
    let catalog: BoardCatalog = { boards: [], expired: [] };
    const lookAtBoards = async () => {
      await progress.report();
      catalog = await keep.look();
      await followPeriods.prepare(catalog, Date.now());
    };
    this.tasks = [
      new IntervalTask(() => follow.look(), (error) => errors.report('the leaderboard cannot follow the ledger', error)),
      new IntervalTask(() => audit.look(), (error) => errors.report('the leaderboard cannot be audited', error)),
      new IntervalTask(lookAtBoards, (error) => errors.report('periods cannot be opened or closed', error)),
      // A task of its own: to fill a lost leaderboard takes long, and periods begin and end meanwhile.
      new IntervalTask(() => followPeriods.look(catalog, Date.now()), (error) => errors.report('the leaderboards of boards cannot follow the ledger', error)),
      new IntervalTask(() => keep.tellClosings(), (error) => errors.report('board.closed events cannot be written', error)),
    ];
  }

  static forRoot(options: BoardsOptions): DynamicModule {
    return this.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync(options: Pick<FactoryProvider<BoardsOptions>, 'useFactory' | 'inject'>): DynamicModule {
    return { module: ApplyScoresModule, providers: [{ provide: OPTIONS, ...options }] };
  }

  /** A board with another meaning stops the start. If the database is unavailable, the boards are defined later. */
  async onModuleInit(): Promise<void> {
    await this.keep.define().catch((error: unknown) => {
      if (error instanceof BoardChanged) throw error;
      this.errors.report('the boards are not defined yet', error);
    });
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start(CHECK_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }

  /** The subscription is closed now, and the database still open. */
  async onApplicationShutdown(): Promise<void> {
    await this.progress.leave().catch((error: unknown) => this.errors.report('this worker could not report that it stopped; the others wait a minute', error));
  }
}
