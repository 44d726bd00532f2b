import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { ApplyScores, AuditLeaderboard, ErrorReporter, FollowLedger, FollowPeriods, JudgeUpdates, LedgerConsumers, PlayerFlags, ScoreQueue } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { Database, PostgresModule } from '@scoreboard/infrastructure/postgres';
import { RabbitMqModule } from '@scoreboard/infrastructure/rabbitmq';
import { isRedisUp, REDIS, RedisModule } from '@scoreboard/infrastructure/redis';
import { measureConsumers, measureFlags, measureQueue, measureWorker, ObservabilityModule, Readiness } from '@scoreboard/infrastructure/observability';
import { WebhooksModule } from '@scoreboard/infrastructure/webhooks';
import { BoardsModule, FlagRulesModule, LedgerConsumersModule, ScoreConsumerModule } from '@scoreboard/interfaces';
import type { RedisClientType } from 'redis';

/** Applies commands from RabbitMQ to PostgreSQL and copies the changes to Redis; runs the consumers of ledger events. Any number of instances may run. */
@Module({})
export class WorkerModule {
  constructor(
    readiness: Readiness,
    events: ScoreboardEvents,
    database: Database,
    queue: ScoreQueue,
    @Inject(REDIS) redis: RedisClientType,
    apply: ApplyScores,
    follow: FollowLedger,
    followPeriods: FollowPeriods,
    audit: AuditLeaderboard,
    consumers: LedgerConsumers,
    judge: JudgeUpdates,
    flags: PlayerFlags,
    errors: ErrorReporter,
  ) {
    readiness.add(
      { name: 'postgresql', isUp: () => database.isUp() },
      { name: 'rabbitmq', isUp: () => queue.isUp() },
      { name: 'redis', isUp: () => isRedisUp(redis) },
    );
    measureQueue(queue, events);
    measureConsumers(consumers);
    if (judge.rules.length) measureFlags(flags, errors);
    measureWorker({ queue, apply, follow, followPeriods, audit, events });
  }

  static forRoot(settings: Settings): DynamicModule {
    const { DATABASE_URL, REDIS_URL, RABBITMQ_URL } = settings;
    return {
      module: WorkerModule,
      imports: [
        ObservabilityModule.forRoot(settings),
        PostgresModule.forRoot({ url: DATABASE_URL }),
        RedisModule.forRoot({ url: REDIS_URL!, name: 'worker' }),
        RabbitMqModule.forRoot({ url: RABBITMQ_URL! }),
        BoardsModule,
        ScoreConsumerModule.forRoot({ boards: settings.BOARDS_FILE }),
        LedgerConsumersModule,
        WebhooksModule.forRoot(settings.WEBHOOKS_FILE ?? []),
        FlagRulesModule.forRoot(settings.FLAG_RULES_FILE ?? []),
      ],
    };
  }
}
