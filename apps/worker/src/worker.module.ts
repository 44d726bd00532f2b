import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { ApplyScores, AuditLeaderboard, FollowLedger, ScoreQueue } from '@scoreboard/application';
import { CacheModule, connectRedis, isRedisUp, REDIS } from '@scoreboard/infrastructure/cache';
import type { Settings } from '@scoreboard/infrastructure/config';
import { Database, DatabaseModule } from '@scoreboard/infrastructure/database';
import { FeedModule, QueueModule } from '@scoreboard/infrastructure/messaging';
import { measureQueue, measureWorker, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { ScoreConsumerModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';

/** Applies commands from RabbitMQ to PostgreSQL and carries what changed to Redis; any number of it may run. */
@Module({})
export class WorkerModule {
  constructor(
    readiness: Readiness,
    database: Database,
    queue: ScoreQueue,
    @Inject(REDIS) redis: RedisClientType,
    applyScores: ApplyScores,
    follow: FollowLedger,
    audit: AuditLeaderboard,
  ) {
    readiness.add(
      { name: 'postgresql', isUp: () => database.isUp() },
      { name: 'rabbitmq', isUp: () => queue.isUp() },
      { name: 'redis', isUp: () => isRedisUp(redis) },
    );
    measureQueue(queue);
    measureWorker(queue, applyScores, follow, audit);
  }

  static forRoot({ role, DATABASE_URL, REDIS_URL, RABBITMQ_URL }: Settings): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ObservabilityModule.forRoot(role),
        DatabaseModule.forRoot({ url: DATABASE_URL }),
        CacheModule.forRoot({ url: REDIS_URL, name: 'worker' }),
        QueueModule.forRoot({ url: RABBITMQ_URL }),
        FeedModule.forRoot({ redis: { client: REDIS, connect: () => connectRedis(REDIS_URL!, { name: 'worker-feed' }) } }),
        ScoreConsumerModule,
      ],
    };
  }
}
