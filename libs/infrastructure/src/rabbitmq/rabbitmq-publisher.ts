import { encodeMessage, encodeOrigins, MAX_COMMANDS_PER_MESSAGE, PublishQueue, type SubmitOptions, type TakenBatch, within } from '@scoreboard/application';
import type { ScoreboardEvents, ScoreCommand } from '@scoreboard/domain';
import { AmqpChannel, NotPublished } from './amqp-channel';
import type { DeadLetter } from './dead-letter';
import { ACCEPTED_AT, AWAITED, checkTopology, declareTopology, ISSUERS, SPAN_IDS, TIMES, type Topology, TRACE_IDS } from './topology';

/**
 * With two, one message is in flight while the next one fills. Measured: with one, the queue is idle for a round trip; with more,
 * messages get smaller and each command costs the broker more.
 */
const MAX_MESSAGES_IN_FLIGHT = 2;

/**
 * A confirm that takes longer than this will not arrive, so the channel is replaced. Observed: a quorum queue that was still
 * starting after a broker crash accepted a message on a live channel and never confirmed it; a new channel worked.
 */
const CONFIRM_MS = 3_000;

/** How long `close` waits for confirms. */
const DRAIN_MS = 1_500;

export interface RabbitMqPublisherOptions {
  readonly url: string;
  /** Maximum number of unanswered commands; more are refused. Default: 20,000. */
  readonly maxUnconfirmed?: number;
  /** Each command is answered within this time, in ms. Default: 2,000. */
  readonly submitTimeoutMs?: number;
  /** Where `message.confirmed` is emitted. */
  readonly events?: ScoreboardEvents;
}

/**
 * The publishing side, with group commit: commands submitted in the same turn of the event loop are sent in one message at
 * the end of that turn. While two messages are unconfirmed, commands accumulate, and the next confirm sends them in one
 * message. So a single command is not delayed, and under load up to 500 commands share the cost of a message.
 *
 * Memory is bounded by the limit of unanswered commands and by the two messages in the socket.
 */
export class RabbitMqPublisher {
  readonly channel: AmqpChannel;
  readonly queue: PublishQueue;
  private readonly sending = new Set<Promise<void>>();
  private scheduled = false;
  private closing = false;

  constructor(
    private readonly options: RabbitMqPublisherOptions,
    private readonly topology: Topology,
  ) {
    this.queue = new PublishQueue(options.maxUnconfirmed ?? 20_000, options.submitTimeoutMs ?? 2_000);
    this.channel = new AmqpChannel({
      url: options.url,
      name: 'publish',
      setup: (channel, mayDeclare) => (mayDeclare ? declareTopology : checkTopology)(channel, topology),
      onReady: () => this.flush(),
    });
  }

  submit(command: ScoreCommand, { isAwaited }: SubmitOptions = {}): Promise<void> {
    this.channel.open();
    const obstacle = this.obstacle();
    if (obstacle) return this.queue.refuse(obstacle);
    const receipt = this.queue.add(command, isAwaited);
    if (!this.scheduled && this.sending.size < MAX_MESSAGES_IN_FLIGHT) {
      this.scheduled = true;
      setImmediate(() => this.flush());
    }
    return receipt;
  }

  /** Stores dead letters. Resolves when all are confirmed; if one is not, it rejects, and any of them may have been stored. */
  async storeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    this.channel.open();
    await Promise.all(letters.map((letter) => this.channel.publish(this.topology.deadLettersIn, letter.content, letter.headers)));
  }

  /** Refuses new commands, waits briefly for outstanding confirms, then disconnects. Takes at most two seconds. */
  async close(): Promise<void> {
    this.closing = true;
    this.flush();
    await within(DRAIN_MS, this.drain());
    this.queue.close('This process is shutting down.');
    await this.channel.close();
  }

  private obstacle(): string | undefined {
    if (this.closing) return 'This process is shutting down.';
    if (this.channel.isUnavailable) return 'The broker cannot be reached.';
    if (this.channel.blocked) return 'The broker accepts no messages: it is low on memory or disk space.';
    if (this.queue.isStalled) return 'The broker does not confirm messages in time.';
    return undefined;
  }

  private flush(): void {
    this.scheduled = false;
    while (this.sending.size < MAX_MESSAGES_IN_FLIGHT && this.queue.waitingCount > 0 && this.channel.canPublish) {
      const sent = this.send(this.queue.take(MAX_COMMANDS_PER_MESSAGE)).finally(() => {
        this.sending.delete(sent);
        this.flush();
      });
      this.sending.add(sent);
    }
  }

  private async send(batch: TakenBatch): Promise<void> {
    const overdue = setTimeout(() => this.channel.reopen('no confirm within 3 s'), CONFIRM_MS);
    try {
      await this.channel.publish(this.topology.commandsIn, encodeMessage(batch.commands), headersOf(batch));
      this.options.events?.emit('message.confirmed', { seconds: batch.ageMs() / 1_000 });
      batch.confirm();
    } catch (error) {
      batch.fail(error instanceof NotPublished ? 'refused' : 'unknown', 'The broker did not confirm the command.');
    } finally {
      clearTimeout(overdue);
    }
  }

  private async drain(): Promise<void> {
    while (this.sending.size > 0) await Promise.race(this.sending);
  }
}

function headersOf(batch: TakenBatch): Record<string, unknown> {
  const { ids, spanIds, issuers, times } = encodeOrigins(batch.commands);
  const acceptedAt = Math.floor(Date.now() - batch.ageMs());
  return { [ACCEPTED_AT]: acceptedAt, ...(batch.isAwaited && { [AWAITED]: true }), ...(ids && { [TRACE_IDS]: ids }), ...(spanIds && { [SPAN_IDS]: spanIds }), ...(issuers && { [ISSUERS]: issuers }), ...(times && { [TIMES]: times }) };
}
