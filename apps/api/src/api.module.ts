import { join } from 'node:path';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { LiveBoard, ScoreQueue, TokenVerifier } from '@scoreboard/application';
import { CacheModule, connectRedis, isRedisUp, REDIS } from '@scoreboard/infrastructure/cache';
import type { Settings } from '@scoreboard/infrastructure/config';
import { Database, DatabaseModule } from '@scoreboard/infrastructure/database';
import { FeedModule, QueueModule } from '@scoreboard/infrastructure/messaging';
import { measureBoard, measureQueue, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { SecurityModule } from '@scoreboard/infrastructure/security';
import { AuthModule, LeaderboardModule, LiveBoardModule, ModerationModule, PageModule, ScoresModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';

/** The built page. */
export const PAGE_FOLDER = join(__dirname, '../../web');

/** Takes updates into RabbitMQ and answers reads; holds nothing, so any number of it may run. */
@Module({})
export class ApiModule {
  constructor(readiness: Readiness, database: Database, queue: ScoreQueue, live: LiveBoard, verifier: TokenVerifier, @Inject(REDIS) redis: RedisClientType) {
    readiness.add(
      { name: 'postgresql', isUp: () => database.isUp() },
      { name: 'rabbitmq', isUp: () => queue.isUp() },
      { name: 'redis', isUp: () => isRedisUp(redis) },
      { name: 'keys', isUp: () => verifier.isUp() },
    );
    measureQueue(queue);
    measureBoard(live);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { DATABASE_URL, REDIS_URL, RABBITMQ_URL } = settings;
    return {
      module: ApiModule,
      imports: [
        ObservabilityModule.forRoot(settings.role),
        SecurityModule.forRoot(settings),
        DatabaseModule.forRoot({ url: DATABASE_URL }),
        CacheModule.forRoot({ url: REDIS_URL, name: 'api' }),
        QueueModule.forRoot({ url: RABBITMQ_URL }),
        FeedModule.forRoot({ redis: { client: REDIS, connect: () => connectRedis(REDIS_URL!, { name: 'api-feed' }) } }),
        LiveBoardModule,
        AuthModule.forRoot({ guestPlay: settings.GUEST_PLAY }),
        ScoresModule.forRoot({
          maxIncrement: settings.MAX_SCORE_INCREMENT,
          requireActionToken: settings.REQUIRE_ACTION_TOKEN,
          actionLimits: settings.ACTION_LIMITS_FILE,
        }),
        LeaderboardModule,
        ModerationModule,
        PageModule.forRoot({
          folder: PAGE_FOLDER,
          gatewayUrl: settings.GATEWAY_URL ?? null,
          // A guest holds no action token.
          guestPlay: settings.GUEST_PLAY && !settings.REQUIRE_ACTION_TOKEN,
          frameOrigins: settings.CORS_ORIGINS,
        }),
      ],
    };
  }
}
