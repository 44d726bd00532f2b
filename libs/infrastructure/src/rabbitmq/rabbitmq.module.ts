import { type DynamicModule, Module } from '@nestjs/common';
import { DEAD_LETTER_PERSONAL_DATA, DeadLetters, QueueProgress, ScoreQueue, WorkerProgress, WorkerReports } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { RabbitMqDeadLetters } from './rabbitmq-dead-letters';
import { RabbitMqScoreQueue } from './rabbitmq-score-queue';

/** The queue and its dead letters, on RabbitMQ. */
@Module({})
export class RabbitMqModule {
  /** `url`: `amqp://…` or `amqps://…`; several nodes of one cluster are separated by commas. */
  static forRoot({ url }: { readonly url: string }): DynamicModule {
    return {
      module: RabbitMqModule,
      global: true,
      providers: [
        { provide: ScoreQueue, useFactory: (events: ScoreboardEvents) => openQueue(url, events), inject: [ScoreboardEvents] },
        { provide: QueueProgress, useFactory: (queue: RabbitMqScoreQueue, reports: WorkerReports) => new WorkerProgress(reports, queue), inject: [ScoreQueue, WorkerReports] },
        { provide: DeadLetters, useFactory: () => new RabbitMqDeadLetters({ url }) },
        { provide: DEAD_LETTER_PERSONAL_DATA, useExisting: DeadLetters },
      ],
      exports: [ScoreQueue, QueueProgress, DeadLetters, DEAD_LETTER_PERSONAL_DATA],
    };
  }
}

function openQueue(url: string, events: ScoreboardEvents): RabbitMqScoreQueue {
  const queue = new RabbitMqScoreQueue({ url, events });
  queue.open();
  return queue;
}
