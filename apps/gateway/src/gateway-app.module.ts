import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { BoardCache, TokenVerifier } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { measureSubscriptions, measureBoard, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { isRedisUp, REDIS, RedisModule } from '@scoreboard/infrastructure/redis';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { Subscriptions, BoardCacheModule, BoardsModule, SocketsModule, UserIdsModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';

/** Pushes the board to clients. Holds only their connections: any number of instances may run. */
@Module({})
export class GatewayAppModule {
  constructor(
    readiness: Readiness,
    events: ScoreboardEvents,
    boardCache: BoardCache,
    subscriptions: Subscriptions,
    verifier: TokenVerifier,
    @Inject(REDIS) redis: RedisClientType,
  ) {
    readiness.add(
      { name: 'redis', isUp: () => isRedisUp(redis) },
      { name: 'board', isUp: () => boardCache.isFresh(), isVital: true },
      { name: 'keys', isUp: () => verifier.isUp() },
    );
    measureBoard(boardCache, events);
    measureSubscriptions(subscriptions, events);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { REDIS_URL } = settings;
    return {
      module: GatewayAppModule,
      imports: [
        ObservabilityModule.forRoot(settings),
        TokensModule.forRoot(settings),
        RedisModule.forRoot({ url: REDIS_URL!, name: 'gateway' }),
        UserIdsModule.forRoot(settings),
        BoardCacheModule,
        BoardsModule,
        SocketsModule.forRoot({
          pushIntervalMs: settings.PUSH_INTERVAL_MS,
          corsOrigins: settings.CORS_ORIGINS,
          trustProxy: settings.TRUST_PROXY,
          maxConnections: settings.MAX_CONNECTIONS,
          maxPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
        }),
      ],
    };
  }
}
