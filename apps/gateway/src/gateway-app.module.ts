import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { LiveBoard, TokenVerifier } from '@scoreboard/application';
import { CacheModule, connectRedis, isRedisUp, REDIS } from '@scoreboard/infrastructure/cache';
import type { Settings } from '@scoreboard/infrastructure/config';
import { FeedModule } from '@scoreboard/infrastructure/messaging';
import { measureBoard, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { SecurityModule } from '@scoreboard/infrastructure/security';
import { GatewayModule, LiveBoardModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';

/** Pushes the board to browsers; holds nothing but their connections, so any number of it may run. */
@Module({})
export class GatewayAppModule {
  constructor(readiness: Readiness, live: LiveBoard, verifier: TokenVerifier, @Inject(REDIS) redis: RedisClientType) {
    readiness.add(
      { name: 'redis', isUp: () => isRedisUp(redis) },
      { name: 'board', isUp: () => live.isFresh(), isVital: true },
      { name: 'keys', isUp: () => verifier.isUp() },
    );
    measureBoard(live);
  }

  static forRoot(settings: Settings): DynamicModule {
    const { role, REDIS_URL, PUSH_INTERVAL_MS } = settings;
    return {
      module: GatewayAppModule,
      imports: [
        ObservabilityModule.forRoot(role),
        SecurityModule.forRoot(settings),
        CacheModule.forRoot({ url: REDIS_URL, name: 'gateway' }),
        FeedModule.forRoot({ redis: { client: REDIS, connect: () => connectRedis(REDIS_URL!, { name: 'gateway-feed' }) } }),
        LiveBoardModule,
        GatewayModule.forRoot({ pushIntervalMs: PUSH_INTERVAL_MS }),
      ],
    };
  }
}
