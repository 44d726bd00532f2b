import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { LiveBoard, TokenVerifier } from '@scoreboard/application';
import type { Settings } from '@scoreboard/infrastructure/config';
import { measureBoard, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { REDIS, RedisModule } from '@scoreboard/infrastructure/redis';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { GatewayModule, LiveBoardModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';

/** Pushes the board to browsers; holds nothing but their connections, so any number of it may run. */
@Module({})
export class GatewayAppModule {
  constructor(readiness: Readiness, live: LiveBoard, verifier: TokenVerifier, @Inject(REDIS) redis: RedisClientType) {
    readiness.add(
      { name: 'redis', isUp: () => redis.isReady },
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
        TokensModule.forRoot(settings),
        RedisModule.forRoot({ url: REDIS_URL!, name: 'gateway' }),
        LiveBoardModule,
        GatewayModule.forRoot({ pushIntervalMs: PUSH_INTERVAL_MS }),
      ],
    };
  }
}
