import { join } from 'node:path';
import { type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { ApplyScores, AuditLeaderboard, ErrorReporter, FollowLedger, FollowPeriods, BoardCache, JudgeUpdates, LedgerConsumers, PlayerFlags, ScoreQueue, TokenVerifier } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { type Settings, STANDALONE_BOARDS } from '@scoreboard/infrastructure/config';
import { EncryptionModule } from '@scoreboard/infrastructure/encryption';
import { InProcessLeaderboardModule, InProcessQueueModule } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresModule } from '@scoreboard/infrastructure/postgres';
import { RabbitMqModule } from '@scoreboard/infrastructure/rabbitmq';
import { RateLimitsModule } from '@scoreboard/infrastructure/rate-limits';
import { isRedisUp, REDIS, RedisModule } from '@scoreboard/infrastructure/redis';
import { HttpMetricsModule, measureConsumers, measureFlags, measureSubscriptions, measureBoard, measureQueue, measureWorker, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { WebhooksModule } from '@scoreboard/infrastructure/webhooks';
import { Subscriptions, AuthModule, ClaimsModule, DeskModule, DocsModule, EventsModule, FlagRulesModule, LeaderboardModule, LedgerConsumersModule, LimitsModule, BoardCacheModule, BoardsModule, ModerationModule, PageModule, PeopleModule, ScoreConsumerModule, ScoresModule, SocketsModule, UserIdsModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';
import { OperatorModule } from './operator.module';

/** The built page. */
const PAGE_FOLDER = join(__dirname, '../../web');

/** Everything in one process. Servers without a URL are embedded. */
@Module({})
export class StandaloneModule {
  constructor(
    readiness: Readiness,
    events: ScoreboardEvents,
    database: Database,
    queue: ScoreQueue,
    boardCache: BoardCache,
    verifier: TokenVerifier,
    subscriptions: Subscriptions,
    apply: ApplyScores,
    follow: FollowLedger,
    followPeriods: FollowPeriods,
    audit: AuditLeaderboard,
    consumers: LedgerConsumers,
    judge: JudgeUpdates,
    flags: PlayerFlags,
    errors: ErrorReporter,
    @Optional() @Inject(REDIS) redis?: RedisClientType,
  ) {
    readiness.add(
      { name: 'database', isUp: () => database.isUp() },
      { name: 'queue', isUp: () => queue.isUp() },
      { name: 'board', isUp: () => boardCache.isFresh(), isVital: true },
      { name: 'keys', isUp: () => verifier.isUp() },
      ...(redis ? [{ name: 'redis', isUp: () => isRedisUp(redis) }] : []),
    );
    measureQueue(queue, events);
    measureConsumers(consumers);
    if (judge.rules.length) measureFlags(flags, errors);
    measureWorker({ queue, apply, follow, followPeriods, audit, events });
    measureBoard(boardCache, events);
    measureSubscriptions(subscriptions, events);
  }

  static forRoot(settings: Settings, pageFolder = PAGE_FOLDER): DynamicModule {
    const { DATABASE_URL, REDIS_URL, RABBITMQ_URL, DATA_DIR, GUEST_PLAY, GATEWAY_URL } = settings;
    return {
      module: StandaloneModule,
      imports: [
        ObservabilityModule.forRoot(settings),
        HttpMetricsModule,
        TokensModule.forRoot(settings),
        EncryptionModule.forRoot(settings),
        RateLimitsModule,
        LimitsModule.forRoot({ writes: settings.RATE_LIMIT_WRITES, reads: settings.RATE_LIMIT_READS }),
        PostgresModule.forRoot({ url: DATABASE_URL, folder: DATA_DIR }),
        REDIS_URL ? RedisModule.forRoot({ url: REDIS_URL, name: 'standalone' }) : InProcessLeaderboardModule.forRoot(),
        RABBITMQ_URL ? RabbitMqModule.forRoot({ url: RABBITMQ_URL }) : InProcessQueueModule.forRoot({ deadLetterFile: join(DATA_DIR, 'dead-letters.jsonl') }),
        UserIdsModule.forRoot(settings),
        BoardCacheModule,
        BoardsModule,
        AuthModule.forRoot({ guestPlay: GUEST_PLAY }),
        ClaimsModule.forRoot({ guestPlay: GUEST_PLAY, maxPoints: settings.GUEST_CLAIM_MAX_POINTS }),
        ScoresModule.forRoot({
          maxIncrement: settings.MAX_SCORE_INCREMENT,
          requireActionToken: settings.REQUIRE_ACTION_TOKEN,
          actionLimits: settings.ACTION_LIMITS_FILE,
        }),
        ScoreConsumerModule.forRoot({ boards: settings.BOARDS_FILE ?? STANDALONE_BOARDS }),
        LedgerConsumersModule,
        WebhooksModule.forRoot(settings.WEBHOOKS_FILE ?? []),
        FlagRulesModule.forRoot(settings.FLAG_RULES_FILE ?? []),
        LeaderboardModule,
        ModerationModule,
        DeskModule.forRoot({ isOn: settings.ADMIN_DESK }),
        EventsModule,
        PeopleModule.forRoot(settings),
        OperatorModule.forRoot(settings),
        SocketsModule.forRoot({
          pushIntervalMs: settings.PUSH_INTERVAL_MS,
          corsOrigins: settings.CORS_ORIGINS,
          trustProxy: settings.TRUST_PROXY,
          maxConnections: settings.MAX_CONNECTIONS,
          maxPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
        }),
        DocsModule.forRoot({ maxIncrement: settings.MAX_SCORE_INCREMENT }),
        PageModule.forRoot({
          folder: pageFolder,
          gatewayUrl: GATEWAY_URL ?? null,
          // A guest has no action tokens.
          guestPlay: GUEST_PLAY && !settings.REQUIRE_ACTION_TOKEN,
          frameOrigins: settings.CORS_ORIGINS,
          avatarOrigins: settings.AVATAR_ORIGINS,
          playerPages: settings.PLAYER_PAGES,
          pageUrl: settings.PAGE_URL,
          desk: settings.ADMIN_DESK,
        }),
      ],
    };
  }
}
