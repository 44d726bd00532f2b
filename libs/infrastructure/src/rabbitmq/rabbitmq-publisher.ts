import { encodeMessage, encodeTraces, MAX_COMMANDS_PER_MESSAGE, PublishQueue, type TakenBatch, within } from '@scoreboard/application';
import type { ScoreboardEvents, ScoreCommand } from '@scoreboard/domain';
import { AmqpChannel, NotPublished } from './amqp-channel';
import type { DeadLetter } from './dead-letter';
import { ACCEPTED_AT, checkTopology, declareTopology, SPAN_IDS, type Topology, TRACE_IDS } from './topology';

/**
 * Two let one message travel while the next fills. Measured: with one, the queue idles for a round trip; with more,
 * messages get smaller and the broker's cost for each command rises.
 */
const MAX_MESSAGES_IN_FLIGHT = 2;

/**
 * A confirm that takes longer than this is not coming: a quorum queue that is still starting after a crash of the broker
 * was seen to take a message and never confirm it, while its channel looked alive. A new channel is heard.
 */
const CONFIRM_MS = 3_000;

/** How long closing waits for confirms. */
const DRAIN_MS = 1_500;

export interface RabbitMqPublisherOptions {
  readonly url: string;
  /** The most commands without an answer; more are refused. Default 20,000. */
  readonly maxUnconfirmed?: number;
  /** A command gets its answer in this time, in ms. Default 2,000. */
  readonly submitTimeoutMs?: number;
  /** Where `message.confirmed` is emitted. */
  readonly events?: ScoreboardEvents;
}

/**
 * The sending side, with group commit: a command goes out at the end of the turn of the event loop it came in, together
 * with its neighbours; while two messages are unconfirmed, commands pile up and leave in one message with the next
 * confirm. So a lone command is not delayed, and under load the cost of a message is shared by up to 500.
 *
 * Memory is bounded: by the window of unanswered commands, and in the socket by the two messages.
 */
export class RabbitMqPublisher {
  readonly channel: AmqpChannel;
  readonly submissions: PublishQueue;
  private readonly sending = new Set<Promise<void>>();
  private scheduled = false;
  private closing = false;

  constructor(
    private readonly options: RabbitMqPublisherOptions,
    private readonly topology: Topology,
  ) {
    this.submissions = new PublishQueue(options.maxUnconfirmed ?? 20_000, options.submitTimeoutMs ?? 2_000);
    this.channel = new AmqpChannel({
      url: options.url,
      name: 'publish',
      setup: (channel, mayDeclare) => (mayDeclare ? declareTopology : checkTopology)(channel, topology),
      onReady: () => this.flush(),
    });
  }

  submit(command: ScoreCommand): Promise<void> {
    this.channel.open();
    const obstacle = this.obstacle();
    if (obstacle) return this.submissions.refuse(obstacle);
    const receipt = this.submissions.add(command);
    if (!this.scheduled && this.sending.size < MAX_MESSAGES_IN_FLIGHT) {
      this.scheduled = true;
      setImmediate(() => this.flush());
    }
    return receipt;
  }

  /** Resolves when every letter is confirmed; rejects when one is not, and then any of them may have arrived. */
  async park(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    this.channel.open();
    await Promise.all(letters.map((letter) => this.channel.publish(this.topology.deadLettersIn, letter.content, letter.headers)));
  }

  /** Takes no more, waits a moment for outstanding confirms and ends, within two seconds. */
  async close(): Promise<void> {
    this.closing = true;
    this.flush();
    await within(DRAIN_MS, this.drain());
    this.submissions.close('this process is shutting down');
    await this.channel.close();
  }

  private obstacle(): string | undefined {
    if (this.closing) return 'this process is shutting down';
    if (this.channel.away) return 'the broker is away';
    if (this.channel.blocked) return 'the broker takes no messages';
    if (this.submissions.isStalled) return 'the broker does not answer';
    return undefined;
  }

  private flush(): void {
    this.scheduled = false;
    while (this.sending.size < MAX_MESSAGES_IN_FLIGHT && this.submissions.waitingCount > 0 && this.channel.canPublish) {
      const sent = this.send(this.submissions.take(MAX_COMMANDS_PER_MESSAGE)).finally(() => {
        this.sending.delete(sent);
        this.flush();
      });
      this.sending.add(sent);
    }
  }

  private async send(batch: TakenBatch): Promise<void> {
    const overdue = setTimeout(() => this.channel.reopen('a confirm is overdue'), CONFIRM_MS);
    try {
      await this.channel.publish(this.topology.commandsIn, encodeMessage(batch.commands), headersOf(batch));
      this.options.events?.emit('message.confirmed', { seconds: batch.ageMs() / 1_000 });
      batch.confirm();
    } catch (error) {
      batch.fail(error instanceof NotPublished ? 'refused' : 'unknown', 'the broker did not confirm the command');
    } finally {
      clearTimeout(overdue);
    }
  }

  private async drain(): Promise<void> {
    while (this.sending.size > 0) await Promise.race(this.sending);
  }
}

function headersOf(batch: TakenBatch): Record<string, unknown> {
  const { ids, spanIds } = encodeTraces(batch.commands);
  return { [ACCEPTED_AT]: Math.floor(Date.now() - batch.ageMs()), ...(ids && { [TRACE_IDS]: ids }), ...(spanIds && { [SPAN_IDS]: spanIds }) };
}
