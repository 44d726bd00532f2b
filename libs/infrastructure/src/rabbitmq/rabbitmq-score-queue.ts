import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BatchProcessor, type ConsumerHandle, type ProcessBatch, ScoreQueue, type ScoreQueueStats, type SubmitOptions } from '@scoreboard/application';
import type { ScoreCommand } from '@scoreboard/domain';
import { RabbitMqConsumer, type RabbitMqConsumerOptions } from './rabbitmq-consumer';
import { RabbitMqPublisher, type RabbitMqPublisherOptions } from './rabbitmq-publisher';
import { type TopologyOptions, topologyOf } from './topology';

/** Broker, limits and names of a `RabbitMqScoreQueue`. */
export type RabbitMqScoreQueueOptions = RabbitMqPublisherOptions & RabbitMqConsumerOptions & TopologyOptions;

/**
 * `ScoreQueue` on a RabbitMQ quorum queue. Publishing and consuming use separate connections, so that the broker still reads
 * acknowledgements while it blocks publishers. A process that never consumes has only the publishing connection; a consumer
 * has both, because it publishes dead letters.
 */
export class RabbitMqScoreQueue extends ScoreQueue implements OnApplicationShutdown {
  private readonly publisher: RabbitMqPublisher;
  private readonly consumers: RabbitMqConsumer[] = [];
  private readonly processor = new BatchProcessor(new Logger('ScoreQueue'));

  constructor(private readonly options: RabbitMqScoreQueueOptions) {
    super();
    this.publisher = new RabbitMqPublisher(options, topologyOf(options));
  }

  submit(command: ScoreCommand, options?: SubmitOptions): Promise<void> {
    return this.publisher.submit(command, options);
  }

  /** Returns before the broker is reached. */
  async consume(process: ProcessBatch): Promise<ConsumerHandle> {
    this.open(); // so that dead letters do not wait for a connection
    const storeDeadLetters = this.publisher.storeDeadLetters.bind(this.publisher);
    const consumer = new RabbitMqConsumer(this.options, topologyOf(this.options), process, this.processor, storeDeadLetters);
    this.consumers.push(consumer);
    return consumer;
  }

  /** Connects the publishing side now, so that the first command does not wait for it and `isUp` includes it. */
  open(): void {
    this.publisher.channel.open();
  }

  /** Age in seconds of the oldest command that was delivered here and is not applied; 0 if there is none. */
  oldestAgeSeconds(): number {
    return Math.max(0, ...this.consumers.map((consumer) => consumer.oldestAgeSeconds));
  }

  /** How many times a subscription was lost, and its messages went back to the queue. */
  returns(): number {
    return this.consumers.reduce((sum, consumer) => sum + consumer.channel.losses, 0);
  }

  /** Number of messages that no worker has yet; undefined if the broker does not answer now. */
  async countReady(): Promise<number | undefined> {
    const channel = this.consumers[0]?.channel.current;
    const queue = await channel?.checkQueue(topologyOf(this.options).commands).catch(() => undefined); // the channel is opened again
    return queue?.messageCount;
  }

  /** Whether every side in use is connected and not blocked. */
  isUp(): boolean {
    const { isOpened, canPublish } = this.publisher.channel;
    return (canPublish || !isOpened) && this.consumers.every((consumer) => consumer.isUp);
  }

  stats(): ScoreQueueStats {
    const { queue, channel } = this.publisher;
    const { batches, failures, deadLettered } = this.processor;
    return {
      unconfirmed: queue.outstanding,
      oldestAgeSeconds: this.oldestAgeSeconds(),
      confirmed: queue.confirmed,
      refused: queue.refused,
      unknown: queue.unknown,
      batches,
      failures,
      deadLettered,
      channelReopens: this.returns() + channel.losses,
      publishConnected: channel.current !== undefined,
      consumeConnected: this.consumers.some((consumer) => consumer.channel.current),
      blocked: channel.blocked,
    };
  }

  /** Consumers first: they publish dead letters through the publishing side. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
    await this.publisher.close();
  }
}
