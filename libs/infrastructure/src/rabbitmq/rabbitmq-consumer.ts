import { type BatchProcessor, type ConsumerHandle, type ProcessBatch, within } from '@scoreboard/application';
import type { ScoreboardEvents } from '@scoreboard/domain';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { AmqpChannel } from './amqp-channel';
import { type DeadLetter, rejectedLetter } from './dead-letter';
import { acceptedAt, type Arrival, arrivalOf, type Batch, decoded, takeBatch } from './delivery-batch';
import { checkTopology, declareTopology, type Topology } from './topology';

/** How long `close` waits for the current batch. */
const FINISH_MS = 5_000;

/** A channel has only one subscription, so a fixed tag is enough. */
const CONSUMER_TAG = 'scores';

export interface RabbitMqConsumerOptions {
  readonly url: string;
  /** Maximum number of commands per batch. Messages are never split: a larger message is a batch of its own. Default: 1,000. */
  readonly maxBatch?: number;
  /** How long messages are collected after a batch, in ms. A full batch, or a message that somebody waits for, ends this time. Default: 10. */
  readonly lingerMs?: number;
  /** Maximum number of unacknowledged messages (each at most 500 commands and 1 MiB), which bounds memory. Default: 200. */
  readonly prefetch?: number;
  /** A batch that is not processed after this many ms is returned to the broker, before the broker's own timeout (30 minutes) closes the channel. Default: 20 minutes. */
  readonly maxHoldMs?: number;
  /** Where `message.applied` is emitted. */
  readonly events?: ScoreboardEvents;
}

/**
 * The consuming side: messages that arrive while a batch is processed, or within `lingerMs` after it, become the next batch. So under load many messages
 * share the cost of a batch. A message that arrives later is processed at once. One acknowledgement covers all messages of a batch: individual
 * acknowledgements can get lost if the channel of a quorum queue closes right after them.
 *
 * If the channel closes, the broker delivers all unacknowledged messages again on the next channel. The current batch is
 * finished but not acknowledged.
 */
export class RabbitMqConsumer implements ConsumerHandle {
  readonly channel: AmqpChannel;
  private readonly arrived: Arrival[] = [];
  private readonly stop = new AbortController();
  private readonly maxBatch: number;
  private readonly prefetch: number;
  private readonly running: Promise<void>;
  private wake = (): void => undefined;
  private closing: Promise<void> | undefined;
  private currentBatch: Batch | undefined;
  private lastBatchAt = -Infinity;

  constructor(
    private readonly options: RabbitMqConsumerOptions,
    private readonly topology: Topology,
    private readonly process: ProcessBatch,
    private readonly processor: BatchProcessor,
    private readonly storeDeadLetters: (letters: readonly DeadLetter[]) => Promise<void>,
  ) {
    this.maxBatch = options.maxBatch ?? 1_000;
    this.prefetch = options.prefetch ?? 200;
    this.channel = new AmqpChannel({
      url: options.url,
      name: 'consume',
      setup: (channel, mayDeclare) => this.subscribe(channel, mayDeclare),
      onReady: () => this.wake(),
    });
    this.channel.open();
    this.running = this.run();
  }

  /** Subscribed, or closing. */
  get isUp(): boolean {
    return this.closing !== undefined || this.channel.current !== undefined;
  }

  /** Age of the oldest command that was delivered and is not applied; 0 if there is none. */
  get oldestAgeSeconds(): number {
    const ages = [...(this.currentBatch?.acceptedAt ?? []), ...this.arrived.map(({ message }) => acceptedAt(message))].map(secondsSince);
    return Math.max(0, ...ages);
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    this.stop.abort();
    this.wake();
    // From here on messages go to the other consumers. Not awaited: it can only fail if the channel fails, and the channel is about to close.
    this.channel.current?.cancel(CONSUMER_TAG).catch(() => undefined);
    await within(FINISH_MS, this.running);
    await this.channel.close();
  }

  private async subscribe(channel: ConfirmChannel, mayDeclare: boolean): Promise<void> {
    await (mayDeclare ? declareTopology : checkTopology)(channel, this.topology);
    await channel.prefetch(this.prefetch);
    const receive = (message: ConsumeMessage | null): void => {
      if (!message) return this.channel.reopen('the broker canceled the subscription');
      this.arrived.push(arrivalOf(channel, message));
      this.wake();
    };
    await channel.consume(this.topology.commands, receive, { consumerTag: CONSUMER_TAG });
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const waitMs = this.msUntilDue();
      const batch = waitMs > 0 ? await this.sleep(waitMs) : this.take();
      if (batch) await this.work(batch);
    }
  }

  private msUntilDue(): number {
    if (!this.arrived.length || !this.channel.current) return Infinity;
    const isDue = this.arrived.some(({ isAwaited }) => isAwaited) || this.isFull();
    return isDue ? 0 : this.lastBatchAt + (this.options.lingerMs ?? 10) - performance.now();
  }

  /** Nothing that arrives later can join the next batch. */
  private isFull(): boolean {
    if (this.arrived.length >= this.prefetch) return true;
    let commands = 0;
    return this.arrived.some((arrival) => (commands += decoded(arrival).commands.length) >= this.maxBatch);
  }

  /** Until `ms` have passed or something changes. */
  private sleep(ms: number): Promise<undefined> {
    return new Promise((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms, undefined);
      this.wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  /** A taken batch is never skipped while its channel is open, because a later acknowledgement would cover it too. */
  private take(): Batch | undefined {
    const channel = this.channel.current;
    if (!channel || this.stop.signal.aborted) return undefined;
    return takeBatch(this.arrived, channel, this.maxBatch);
  }

  private async work(batch: Batch): Promise<void> {
    const { channel, commands, malformed, last } = batch;
    this.currentBatch = batch;
    const heldUntil = performance.now() + (this.options.maxHoldMs ?? 1_200_000);
    const done = await this.processor.run(
      this.process,
      {
        commands,
        storeDeadLetters: (rejections) => this.storeDeadLetters([...malformed, ...rejections.map(rejectedLetter)]),
        isWanted: () => {
          if (this.channel.current !== channel) return false;
          if (performance.now() < heldUntil) return true;
          this.channel.reopen('a batch was not processed in time');
          return false;
        },
      },
      this.stop.signal,
    );
    this.currentBatch = undefined;
    this.lastBatchAt = performance.now();
    if (!done) return;
    for (const at of batch.acceptedAt) this.options.events?.emit('message.applied', { seconds: secondsSince(at) });
    this.processor.countMalformed(malformed.length);
    if (this.channel.current === channel) channel.ack(last, true);
  }
}

/** Never negative, even if the clocks of two machines differ. */
const secondsSince = (at: number): number => Math.max(0, Date.now() - at) / 1_000;
