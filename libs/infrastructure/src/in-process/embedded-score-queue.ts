import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BatchProcessor, type ConsumerHandle, type ProcessBatch, ScoreQueue, type ScoreQueueStats, PublishQueue, type TakenBatch, within } from '@scoreboard/application';
import type { Rejection, ScoreboardEvents, ScoreCommand } from '@scoreboard/domain';

/** How long `close` waits for the current batch. */
const FINISH_MS = 5_000;

/** Maximum number of dead letters in memory without the option `storeDeadLetters`; the oldest are dropped. */
const MAX_DEAD_LETTERS = 1_000;

/** Limits of an `EmbeddedScoreQueue`, and where its dead letters go. */
export interface EmbeddedScoreQueueOptions {
  /** Maximum number of unanswered commands; more are refused. Default: 20,000. */
  readonly maxWaiting?: number;
  /** Each command is answered within this time, in ms. Default: 2,000. */
  readonly submitTimeoutMs?: number;
  /** Maximum number of commands per batch. Default: 1,000. */
  readonly maxBatch?: number;
  /** Stores dead letters durably before it resolves; may be called again with the same letters. Default: keeps them in `deadLetters`, in memory. */
  storeDeadLetters?(rejections: readonly Rejection[]): Promise<void>;
  /** Where `message.applied` and `message.confirmed` are emitted. */
  readonly events?: ScoreboardEvents;
}

/**
 * `ScoreQueue` within this process, for the standalone. Like the real queue it delivers asynchronously, copies commands, retries
 * batches and stores dead letters.
 *
 * It stores no commands, so `submit` resolves only after the command's batch was processed, that is, when the command is in
 * the ledger. An unconfirmed command is lost if the process ends.
 */
export class EmbeddedScoreQueue extends ScoreQueue implements OnApplicationShutdown {
  /** The newest dead letters, if there is no option `storeDeadLetters`. */
  readonly deadLetters: Rejection[] = [];
  private readonly queue: PublishQueue;
  private readonly submitted = new EventEmitter();
  private readonly processor = new BatchProcessor(new Logger('ScoreQueue'));
  private readonly consumers: ConsumerHandle[] = [];
  private closed = false;

  constructor(private readonly options: EmbeddedScoreQueueOptions = {}) {
    super();
    this.queue = new PublishQueue(options.maxWaiting ?? 20_000, options.submitTimeoutMs ?? 2_000);
  }

  submit(command: ScoreCommand): Promise<void> {
    if (this.closed) return this.queue.refuse('This process is shutting down.');
    if (this.queue.isStalled) return this.queue.refuse('The ledger does not apply commands in time.');
    const receipt = this.queue.add(command);
    this.submitted.emit('command');
    return receipt;
  }

  async consume(process: ProcessBatch): Promise<ConsumerHandle> {
    const stop = new AbortController();
    const running = this.run(process, stop.signal);
    const consumption = {
      close: () => {
        stop.abort();
        return within(FINISH_MS, running);
      },
    };
    this.consumers.push(consumption);
    return consumption;
  }

  /** When the oldest unapplied command was submitted, in ms since the Unix epoch; now, if there is none. */
  get appliedUpTo(): number {
    return Date.now() - this.queue.oldestAgeMs;
  }

  isUp(): boolean {
    return !this.queue.isStalled;
  }

  stats(): ScoreQueueStats {
    const { outstanding: unconfirmed, confirmed, refused, unknown } = this.queue;
    const { batches, failures, deadLettered } = this.processor;
    const connection = { channelReopens: 0, publishConnected: true, consumeConnected: true, blocked: false };
    const oldestAgeSeconds = this.queue.oldestAgeMs / 1_000;
    return { unconfirmed, oldestAgeSeconds, confirmed, refused, unknown, batches, failures, deadLettered, ...connection };
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
    this.queue.close('This process is shutting down.');
  }

  private async run(process: ProcessBatch, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      if (this.queue.waitingCount === 0) await once(this.submitted, 'command', { signal: stop }).catch(() => undefined); // aborted: closing
      await nextTurn(); // so that commands submitted in one turn share a batch, and nothing is delivered inside `submit`
      if (stop.aborted) return;
      const batch = this.queue.take(this.options.maxBatch ?? 1_000);
      const currentBatch = { commands: batch.commands, storeDeadLetters: (rejections: readonly Rejection[]) => this.storeDeadLetters(rejections), isWanted: () => true };
      const done = await this.processor.run(process, currentBatch, stop);
      if (done) this.confirm(batch);
      else batch.fail('unknown', 'The consumer was closed while it applied the command.');
    }
  }

  private confirm(batch: TakenBatch): void {
    const seconds = batch.ageMs() / 1_000;
    this.options.events?.emit('message.applied', { seconds });
    this.options.events?.emit('message.confirmed', { seconds });
    batch.confirm();
  }

  private async storeDeadLetters(rejections: readonly Rejection[]): Promise<void> {
    if (rejections.length === 0) return;
    if (this.options.storeDeadLetters) return this.options.storeDeadLetters(rejections);
    this.deadLetters.push(...rejections);
    this.deadLetters.splice(0, this.deadLetters.length - MAX_DEAD_LETTERS);
  }
}
