import { join } from 'node:path';
import { type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { ApplyScores, AuditLeaderboard, FollowLedger, LiveBoard, ScoreQueue, TokenVerifier } from '@scoreboard/application';
import { CacheModule, connectRedis, isRedisUp, REDIS } from '@scoreboard/infrastructure/cache';
import type { Settings } from '@scoreboard/infrastructure/config';
import { Database, DatabaseModule } from '@scoreboard/infrastructure/database';
import { FeedModule, QueueModule } from '@scoreboard/infrastructure/messaging';
import { measureBoard, measureQueue, measureWorker, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { SecurityModule } from '@scoreboard/infrastructure/security';
import { AuthModule, GatewayModule, LeaderboardModule, LiveBoardModule, ModerationModule, PageModule, ScoreConsumerModule, ScoresModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';
import { OperatorModule } from './operator.module';

/** The built page. */
export const PAGE_FOLDER = join(__dirname, '../../web');

/** Everything in one process: what has no URL is embedded. */
@Module({})
export class StandaloneModule {
  constructor(
    readiness: Readiness,
    database: Database,
    queue: ScoreQueue,
    live: LiveBoard,
    verifier: TokenVerifier,
    applyScores: ApplyScores,
    follow: FollowLedger,
    audit: AuditLeaderboard,
    @Optional() @Inject(REDIS) redis?: RedisClientType,
  ) {
    readiness.add(
      { name: 'database', isUp: () => database.isUp() },
      { name: 'queue', isUp: () => queue.isUp() },
      { name: 'board', isUp: () => live.isFresh(), isVital: true },
      { name: 'keys', isUp: () => verifier.isUp() },
      ...(redis ? [{ name: 'redis', isUp: () => isRedisUp(redis) }] : []),
    );
    measureQueue(queue);
    measureWorker(queue, applyScores, follow, audit);
    measureBoard(live);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { DATABASE_URL, REDIS_URL, RABBITMQ_URL, DATA_DIR, GUEST_PLAY, GATEWAY_URL } = settings;
    const redis = REDIS_URL ? { client: REDIS, connect: () => connectRedis(REDIS_URL, { name: 'standalone-feed' }) } : undefined;
    return {
      module: StandaloneModule,
      imports: [
        ObservabilityModule.forRoot(settings.role),
        SecurityModule.forRoot(settings),
        DatabaseModule.forRoot({ url: DATABASE_URL, folder: DATA_DIR }),
        CacheModule.forRoot({ url: REDIS_URL, name: 'standalone' }),
        QueueModule.forRoot({ url: RABBITMQ_URL, deadLetterFile: join(DATA_DIR, 'dead-letters.jsonl') }),
        FeedModule.forRoot({ redis }),
        LiveBoardModule,
        AuthModule.forRoot({ guestPlay: GUEST_PLAY }),
        ScoresModule.forRoot({
          maxIncrement: settings.MAX_SCORE_INCREMENT,
          requireActionToken: settings.REQUIRE_ACTION_TOKEN,
          actionLimits: settings.ACTION_LIMITS_FILE,
        }),
        ScoreConsumerModule,
        LeaderboardModule,
        ModerationModule,
        OperatorModule.forRoot(settings),
        GatewayModule.forRoot({ pushIntervalMs: settings.PUSH_INTERVAL_MS }),
        PageModule.forRoot({
          folder: PAGE_FOLDER,
          gatewayUrl: GATEWAY_URL ?? null,
          // A guest holds no action token.
          guestPlay: GUEST_PLAY && !settings.REQUIRE_ACTION_TOKEN,
          frameOrigins: settings.CORS_ORIGINS,
        }),
      ],
    };
  }
}
