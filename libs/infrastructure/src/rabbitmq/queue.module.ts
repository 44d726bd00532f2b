import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DeadLetters, ScoreQueue } from '@scoreboard/application';
import { DeadLetterFile } from '@scoreboard/infrastructure/in-process';
import { EmbeddedScoreQueue } from '@scoreboard/infrastructure/in-process';
import { FileDeadLetters } from '@scoreboard/infrastructure/in-process';
import { RabbitMqDeadLetters } from './rabbitmq-dead-letters';
import { RabbitMqScoreQueue } from './rabbitmq-score-queue';

export interface QueueOptions {
  /** `amqp://…`, or several nodes of one cluster, parted by commas; without it the queue is embedded in this process. */
  readonly url?: string;
  /** Where an embedded queue keeps its dead letters. */
  readonly deadLetterFile?: string;
}

/** Token of the place where dead letters hold users' ids. */
export const DEAD_LETTER_RECORDS = Symbol('users in dead letters');

/** The queue and its dead letters: on RabbitMQ where a URL is given, else in this process. */
@Module({})
export class QueueModule {
  static forRoot({ url, deadLetterFile = 'dead-letters.jsonl' }: QueueOptions): DynamicModule {
    const providers = url ? onRabbitMq(url) : embedded(deadLetterFile);
    return { module: QueueModule, global: true, providers, exports: [ScoreQueue, DeadLetters, DEAD_LETTER_RECORDS] };
  }
}

const onRabbitMq = (url: string): Provider[] => [
  { provide: ScoreQueue, useFactory: () => openRabbitMq(url) },
  { provide: DeadLetters, useFactory: () => new RabbitMqDeadLetters({ url }) },
  { provide: DEAD_LETTER_RECORDS, useExisting: DeadLetters },
];

const embedded = (path: string): Provider[] => [
  { provide: DEAD_LETTER_RECORDS, useFactory: () => new DeadLetterFile(path) },
  { provide: ScoreQueue, useFactory: ({ park }: DeadLetterFile) => new EmbeddedScoreQueue({ park }), inject: [DEAD_LETTER_RECORDS] },
  { provide: DeadLetters, useFactory: (file: DeadLetterFile, queue: ScoreQueue) => new FileDeadLetters(file, queue), inject: [DEAD_LETTER_RECORDS, ScoreQueue] },
];

function openRabbitMq(url: string): RabbitMqScoreQueue {
  const queue = new RabbitMqScoreQueue({ url });
  queue.open();
  return queue;
}
