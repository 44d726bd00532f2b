import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap, Optional, type Type, UseFilters } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { ApplyScores, AuditLeaderboard, BoardCache, type ConsumerHandle, FollowLedger, FollowPeriods, LedgerConsumers, ScoreQueue, TokenVerifier } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { measureBoard, measureConsumers, measureQueue, measureSubscriptions, measureWorker, Readiness } from '@scoreboard/infrastructure/observability';
import { Database } from '@scoreboard/infrastructure/postgres';
import { isRedisUp, REDIS } from '@scoreboard/infrastructure/redis';
import { EventsModule, LeaderboardModule, ModerationModule, PeopleModule, PlayersModule, prepareHostRequests, RefusalFilter, ScoresModule, Subscriptions, SubscriptionsModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';
import { HOST_SETTINGS } from './host-settings';
import { EXTRAS, ScoreboardDefinition } from './scoreboard-definition';
import type { ScoreboardExtras } from './scoreboard-options';

/** The modules with our routes. */
const WITH_ROUTES: readonly Type[] = [ScoresModule, LeaderboardModule, ModerationModule, PeopleModule, PlayersModule, EventsModule, SubscriptionsModule];

const ours = new Set<unknown>();

/** Whether this is one of the scoreboard's controllers: for global guards and interceptors of the host that treat their routes in another way. */
export const isScoreboardRoute = (controller: unknown): boolean => ours.has(controller);

/**
 * The scoreboard in your own Nest application: `imports: [ScoreboardModule.forRoot({ … })]`, once. REST, worker and sockets start and stop with the
 * application's lifecycle; call `app.enableShutdownHooks()`. What is missing stops the start with a sentence.
 */
@Module({})
export class ScoreboardModule extends ScoreboardDefinition implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private consumer?: ConsumerHandle;

  constructor(
    { httpAdapter }: HttpAdapterHost,
    modules: ModulesContainer,
    @Inject(HOST_SETTINGS) { TRUST_PROXY }: Settings,
    @Inject(EXTRAS) { roles = [] }: ScoreboardExtras,
    private readonly events: ScoreboardEvents,
    private readonly queue: ScoreQueue,
    private readonly boardCache: BoardCache,
    private readonly readiness: Readiness,
    verifier: TokenVerifier,
    @Inject(REDIS) redis: RedisClientType | undefined,
    @Optional() database?: Database,
    @Optional() private readonly apply?: ApplyScores,
    @Optional() private readonly follow?: FollowLedger,
    @Optional() private readonly followPeriods?: FollowPeriods,
    @Optional() private readonly audit?: AuditLeaderboard,
    @Optional() consumers?: LedgerConsumers,
    @Optional() subscriptions?: Subscriptions,
  ) {
    super();
    prepareHostRequests(httpAdapter, TRUST_PROXY);
    answerRefusals(modules);
    if (database) readiness.add({ name: 'database', isUp: () => database.isUp() });
    if (redis) readiness.add({ name: 'redis', isUp: () => isRedisUp(redis) });
    readiness.add({ name: 'queue', isUp: () => queue.isUp() }, { name: 'keys', isUp: () => verifier.isUp() });
    readiness.add({ name: 'board', isUp: () => boardCache.isFresh(), isVital: roles.includes('gateway') });
    if (subscriptions) measureSubscriptions(subscriptions, events);
    if (consumers) measureConsumers(consumers);
    this.measure();
  }

  /** Consumes the queue directly: a Nest microservice of the host never sees our handlers, nor do its global guards. */
  async onApplicationBootstrap(): Promise<void> {
    const { apply } = this;
    if (apply) this.consumer = await this.queue.consume((commands) => apply.execute(commands));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.consumer?.close();
  }

  private measure(): void {
    const { queue, apply, follow, followPeriods, audit, events, boardCache } = this;
    measureQueue(queue, events);
    measureBoard(boardCache, events);
    if (apply && follow && followPeriods && audit) measureWorker({ queue, apply, follow, followPeriods, audit, events });
  }
}

/** Only our routes answer refusals as problems. */
function answerRefusals(modules: ModulesContainer): void {
  for (const { metatype, controllers } of modules.values()) {
    if (!WITH_ROUTES.includes(metatype)) continue;
    for (const { metatype: controller } of controllers.values()) {
      if (!controller || ours.has(controller)) continue;
      ours.add(controller);
      UseFilters(new RefusalFilter())(controller as Type);
    }
  }
}
