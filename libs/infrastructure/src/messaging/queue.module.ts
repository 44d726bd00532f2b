import { type DynamicModule, Module } from '@nestjs/common';
import { ScoreQueue } from '@scoreboard/application';
import { DeadLetterFile } from './dead-letter-file';
import { EmbeddedScoreQueue } from './embedded-score-queue';
import { RabbitMqScoreQueue } from './rabbitmq-score-queue';

export interface QueueOptions {
  /** `amqp://…`, or several nodes of one cluster, parted by commas; without it the queue is embedded in this process. */
  readonly url?: string;
  /** Where an embedded queue keeps its dead letters; in memory without it. */
  readonly deadLetterFile?: string;
}

/** The queue: on RabbitMQ where a URL is given, else in this process. */
@Module({})
export class QueueModule {
  static forRoot({ url, deadLetterFile }: QueueOptions): DynamicModule {
    const useFactory = () => (url ? openRabbitMq(url) : new EmbeddedScoreQueue(deadLetterFile ? { park: new DeadLetterFile(deadLetterFile).park } : {}));
    return { module: QueueModule, global: true, providers: [{ provide: ScoreQueue, useFactory }], exports: [ScoreQueue] };
  }
}

function openRabbitMq(url: string): RabbitMqScoreQueue {
  const queue = new RabbitMqScoreQueue({ url });
  queue.open();
  return queue;
}
