import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BatchProcessor, type ConsumerHandle, type ProcessBatch, ScoreQueue, type ScoreQueueStats } from '@scoreboard/application';
import type { ScoreCommand } from '@scoreboard/domain';
import { RabbitMqConsumer, type RabbitMqConsumerOptions } from './rabbitmq-consumer';
import { RabbitMqPublisher, type RabbitMqPublisherOptions } from './rabbitmq-publisher';
import { type TopologyOptions, topologyOf } from './topology';

export type RabbitMqScoreQueueOptions = RabbitMqPublisherOptions & RabbitMqConsumerOptions & TopologyOptions;

/**
 * `ScoreQueue` on a RabbitMQ quorum queue. Publishing and consuming have a connection each, so that a broker which holds
 * publishers back still reads acknowledgements. Who never consumes has the first alone; a consumer needs both, for its dead letters.
 */
export class RabbitMqScoreQueue extends ScoreQueue implements OnApplicationShutdown {
  private readonly publisher: RabbitMqPublisher;
  private readonly consumers: RabbitMqConsumer[] = [];
  private readonly processor = new BatchProcessor(new Logger('ScoreQueue'));

  constructor(private readonly options: RabbitMqScoreQueueOptions) {
    super();
    this.publisher = new RabbitMqPublisher(options, topologyOf(options));
  }

  submit(command: ScoreCommand): Promise<void> {
    return this.publisher.submit(command);
  }

  /** Returns before the broker was reached. */
  async consume(process: ProcessBatch): Promise<ConsumerHandle> {
    this.open(); // dead letters must not have to wait for a connection
    const park = this.publisher.park.bind(this.publisher);
    const consumer = new RabbitMqConsumer(this.options, topologyOf(this.options), process, this.processor, park);
    this.consumers.push(consumer);
    return consumer;
  }

  /** Connects the publishing side now, so that the first command need not wait for it and `isUp` tells of it. */
  open(): void {
    this.publisher.channel.open();
  }

  /** Whether every side in use is connected and served. */
  isUp(): boolean {
    const { isOpened, canPublish } = this.publisher.channel;
    return (canPublish || !isOpened) && this.consumers.every((consumer) => consumer.isUp);
  }

  stats(): ScoreQueueStats {
    const { submissions, channel } = this.publisher;
    const { batches, failures, deadLettered } = this.processor;
    return {
      unconfirmed: submissions.outstanding,
      oldestAgeSeconds: Math.max(0, ...this.consumers.map((consumer) => consumer.oldestAgeSeconds)),
      confirmed: submissions.confirmed,
      refused: submissions.refused,
      unknown: submissions.unknown,
      batches,
      failures,
      deadLettered,
      channelReopens: this.consumers.reduce((sum, consumer) => sum + consumer.channel.losses, channel.losses),
      publishConnected: channel.current !== undefined,
      consumeConnected: this.consumers.some((consumer) => consumer.channel.current),
      blocked: channel.blocked,
    };
  }

  /** Consumers first: what they reject is parked by the publishing side. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
    await this.publisher.close();
  }
}
