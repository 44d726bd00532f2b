import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BatchProcessor, type ConsumerHandle, type ProcessBatch, ScoreQueue, type ScoreQueueStats, PublishQueue, type TakenBatch, within } from '@scoreboard/application';
import type { Rejection, ScoreboardEvents, ScoreCommand } from '@scoreboard/domain';

/** How long closing waits for the batch in hand. */
const FINISH_MS = 5_000;

/** Dead letters kept in memory where nothing else was asked for; the oldest go first. */
const MAX_PARKED = 1_000;

export interface EmbeddedScoreQueueOptions {
  /** The most commands without an answer; more are refused. Default 20,000. */
  readonly maxWaiting?: number;
  /** A command gets its answer in this time, in ms. Default 2,000. */
  readonly submitTimeoutMs?: number;
  /** Commands in a batch at the most. Default 1,000. */
  readonly maxBatch?: number;
  /** Stores dead letters, durably before it resolves; may be called again with the same. Default: `parked`, in memory. */
  park?(rejections: readonly Rejection[]): Promise<void>;
  /** Where `message.applied` and `message.confirmed` are emitted. */
  readonly events?: ScoreboardEvents;
}

/**
 * `ScoreQueue` within this process, for the standalone: it delivers later, copies, retries and parks as the real one does.
 *
 * It stores nothing itself, so its receipt waits for the end of the line: `submit` resolves when the command's batch was
 * processed, that is in the ledger. A command without a receipt may be lost with the process.
 */
export class EmbeddedScoreQueue extends ScoreQueue implements OnApplicationShutdown {
  /** The newest dead letters, where no `park` was given. */
  readonly parked: Rejection[] = [];
  private readonly submissions: PublishQueue;
  private readonly submitted = new EventEmitter();
  private readonly processor = new BatchProcessor(new Logger('ScoreQueue'));
  private readonly consumers: ConsumerHandle[] = [];
  private closed = false;

  constructor(private readonly options: EmbeddedScoreQueueOptions = {}) {
    super();
    this.submissions = new PublishQueue(options.maxWaiting ?? 20_000, options.submitTimeoutMs ?? 2_000);
  }

  submit(command: ScoreCommand): Promise<void> {
    if (this.closed) return this.submissions.refuse('this process is shutting down');
    if (this.submissions.isStalled) return this.submissions.refuse('commands are not being applied');
    const receipt = this.submissions.add(command);
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

  isUp(): boolean {
    return !this.submissions.isStalled;
  }

  stats(): ScoreQueueStats {
    const { outstanding: unconfirmed, confirmed, refused, unknown } = this.submissions;
    const { batches, failures, deadLettered } = this.processor;
    const connection = { channelReopens: 0, publishConnected: true, consumeConnected: true, blocked: false };
    const oldestAgeSeconds = this.submissions.oldestAgeMs / 1_000;
    return { unconfirmed, oldestAgeSeconds, confirmed, refused, unknown, batches, failures, deadLettered, ...connection };
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
    this.submissions.close('this process is shutting down');
  }

  private async run(process: ProcessBatch, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      if (this.submissions.waitingCount === 0) await once(this.submitted, 'command', { signal: stop }).catch(() => undefined); // aborted: closing
      await nextTurn(); // so that what is submitted in one turn travels together, and nothing is delivered inside `submit`
      if (stop.aborted) return;
      const batch = this.submissions.take(this.options.maxBatch ?? 1_000);
      const inHand = { commands: batch.commands, park: (rejections: readonly Rejection[]) => this.park(rejections), isWanted: () => true };
      const done = await this.processor.run(process, inHand, stop);
      if (done) this.confirm(batch);
      else batch.fail('unknown', 'the command was being applied when its consumer closed');
    }
  }

  private confirm(batch: TakenBatch): void {
    const seconds = batch.ageMs() / 1_000;
    this.options.events?.emit('message.applied', { seconds });
    this.options.events?.emit('message.confirmed', { seconds });
    batch.confirm();
  }

  private async park(rejections: readonly Rejection[]): Promise<void> {
    if (rejections.length === 0) return;
    if (this.options.park) return this.options.park(rejections);
    this.parked.push(...rejections);
    this.parked.splice(0, this.parked.length - MAX_PARKED);
  }
}
