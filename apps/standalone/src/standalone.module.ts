import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { ApplyScores, AuditLeaderboard, FollowLedger, LiveBoard, ScoreQueue, TokenVerifier } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { EncryptionModule } from '@scoreboard/infrastructure/encryption';
import { InProcessLeaderboardModule, InProcessQueueModule } from '@scoreboard/infrastructure/in-process';
import { Database, PostgresModule } from '@scoreboard/infrastructure/postgres';
import { RabbitMqModule } from '@scoreboard/infrastructure/rabbitmq';
import { RateLimitsModule } from '@scoreboard/infrastructure/rate-limits';
import { RedisModule } from '@scoreboard/infrastructure/redis';
import { measureBoard, measureQueue, measureWorker, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { AuthModule, GatewayModule, LeaderboardModule, LiveBoardModule, ModerationModule, PageModule, ScoreConsumerModule, ScoresModule } from '@scoreboard/interfaces';
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
  ) {
    readiness.add(
      { name: 'database', isUp: () => database.isUp() },
      { name: 'queue', isUp: () => queue.isUp() },
      { name: 'board', isUp: () => live.isFresh(), isVital: true },
      { name: 'keys', isUp: () => verifier.isUp() },
    );
    measureQueue(queue);
    measureWorker(queue, applyScores, follow, audit);
    measureBoard(live);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { DATABASE_URL, REDIS_URL, RABBITMQ_URL, DATA_DIR, GUEST_PLAY, GATEWAY_URL } = settings;
    return {
      module: StandaloneModule,
      imports: [
        ObservabilityModule.forRoot(settings.role),
        TokensModule.forRoot(settings),
        EncryptionModule.forRoot(settings),
        RateLimitsModule.forRoot(settings),
        PostgresModule.forRoot({ url: DATABASE_URL, folder: DATA_DIR }),
        REDIS_URL ? RedisModule.forRoot({ url: REDIS_URL, name: 'standalone' }) : InProcessLeaderboardModule.forRoot(),
        RABBITMQ_URL ? RabbitMqModule.forRoot({ url: RABBITMQ_URL }) : InProcessQueueModule.forRoot({ deadLetterFile: join(DATA_DIR, 'dead-letters.jsonl') }),
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
