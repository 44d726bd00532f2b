import { join } from 'node:path';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { BoardCache, ScoreQueue, TokenVerifier } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { EncryptionModule } from '@scoreboard/infrastructure/encryption';
import { Database, PostgresModule } from '@scoreboard/infrastructure/postgres';
import { RabbitMqModule } from '@scoreboard/infrastructure/rabbitmq';
import { RateLimitsModule } from '@scoreboard/infrastructure/rate-limits';
import { isRedisUp, REDIS, RedisModule } from '@scoreboard/infrastructure/redis';
import { HttpMetricsModule, measureBoard, measureQueue, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { AuthModule, ClaimsModule, DeskModule, DocsModule, EventsModule, LeaderboardModule, LimitsModule, BoardCacheModule, BoardsModule, ModerationModule, PageModule, PeopleModule, ScoresModule, UserIdsModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';

/** The built page. */
const PAGE_FOLDER = join(__dirname, '../../web');

/** Queues updates in RabbitMQ and answers reads. Stateless: any number of instances may run. */
@Module({})
export class ApiModule {
  constructor(
    readiness: Readiness,
    events: ScoreboardEvents,
    database: Database,
    queue: ScoreQueue,
    boardCache: BoardCache,
    verifier: TokenVerifier,
    @Inject(REDIS) redis: RedisClientType,
  ) {
    readiness.add(
      { name: 'postgresql', isUp: () => database.isUp() },
      { name: 'rabbitmq', isUp: () => queue.isUp() },
      { name: 'redis', isUp: () => isRedisUp(redis) },
      { name: 'keys', isUp: () => verifier.isUp() },
    );
    measureQueue(queue, events);
    measureBoard(boardCache, events);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { DATABASE_URL, REDIS_URL, RABBITMQ_URL } = settings;
    return {
      module: ApiModule,
      imports: [
        ObservabilityModule.forRoot(settings),
        HttpMetricsModule,
        TokensModule.forRoot(settings),
        EncryptionModule.forRoot(settings),
        RateLimitsModule,
        LimitsModule.forRoot({ writes: settings.RATE_LIMIT_WRITES, reads: settings.RATE_LIMIT_READS }),
        PostgresModule.forRoot({ url: DATABASE_URL }),
        RedisModule.forRoot({ url: REDIS_URL!, name: 'api' }),
        RabbitMqModule.forRoot({ url: RABBITMQ_URL! }),
        UserIdsModule.forRoot(settings),
        BoardCacheModule,
        BoardsModule,
        AuthModule.forRoot({ guestPlay: settings.GUEST_PLAY }),
        ClaimsModule.forRoot({ guestPlay: settings.GUEST_PLAY, maxPoints: settings.GUEST_CLAIM_MAX_POINTS }),
        ScoresModule.forRoot({
          maxIncrement: settings.MAX_SCORE_INCREMENT,
          requireActionToken: settings.REQUIRE_ACTION_TOKEN,
          actionLimits: settings.ACTION_LIMITS_FILE,
        }),
        LeaderboardModule,
        ModerationModule,
        DeskModule.forRoot({ isOn: settings.ADMIN_DESK }),
        EventsModule,
        PeopleModule.forRoot(settings),
        DocsModule.forRoot({ maxIncrement: settings.MAX_SCORE_INCREMENT }),
        PageModule.forRoot({
          folder: PAGE_FOLDER,
          gatewayUrl: settings.GATEWAY_URL ?? null,
          // A guest has no action tokens.
          guestPlay: settings.GUEST_PLAY && !settings.REQUIRE_ACTION_TOKEN,
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
