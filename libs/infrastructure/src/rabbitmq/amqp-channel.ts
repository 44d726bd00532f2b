import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { connectTo, cutOff } from './amqp-connection';
import { backoff, pause, within } from '@scoreboard/application';
import { ACCESS_REFUSED } from './topology';

const CLOSE_TIMEOUT_MS = 500;
const PRECONDITION_FAILED = 406;
const PRECONDITION_RETRY_MS = 5_000;

/** Why no channel comes about, where it is not that the broker is away. */
const REASONS: Readonly<Record<number | string, string>> = {
  [ACCESS_REFUSED]: 'the broker refuses this user',
  404: 'a queue or exchange is missing, and this user may not declare it',
};

export interface AmqpChannelOptions {
  /** Of the broker, or of several of its nodes, parted by commas. */
  readonly url: string;
  /** Shown in the broker's list of connections, and in the log. */
  readonly name: string;
  /** Makes each new channel fit for use: queues, prefetch, subscription. `mayDeclare` is false once the broker refused that to this user. */
  setup(channel: ConfirmChannel, mayDeclare: boolean): Promise<void>;
  /** Called whenever publishing has become possible. */
  onReady?(): void;
}

/** The message surely is in no queue: it was not sent, no queue took it, or the queue is full. Any other failure leaves that open. */
export class NotPublished extends Error {}

/**
 * One connection with one confirm channel, kept open until `close`.
 *
 * What is supervised is the channel: the broker may close it and leave the connection standing (a wrong ack, its consumer
 * timeout), and then a new one is made and set up, as after the loss of the connection; the first try at once, later ones
 * with a growing delay, 100 ms to 2 s. It buffers nothing: while there is no channel, `publish` fails.
 */
export class AmqpChannel {
  /** How often a channel that had been in use was lost. */
  losses = 0;
  /** The broker has stopped reading from publishers (memory or disk alarm). */
  blocked = false;
  /** The last try to open failed, so the next command need not wait for one. */
  away = false;
  /** The channel in use. */
  current: ConfirmChannel | undefined;

  private connection: ChannelModel | undefined;
  private mayDeclare = true;
  private supervising: Promise<void> | undefined;
  private readonly returned = new Set<string>();
  private readonly stop = new AbortController();
  private readonly logger: Logger;

  constructor(private readonly options: AmqpChannelOptions) {
    this.logger = new Logger(`Amqp ${options.name}`);
  }

  /** Starts connecting and returns; again is harmless. */
  open(): void {
    this.supervising ??= this.supervise();
  }

  get isOpened(): boolean {
    return this.supervising !== undefined;
  }

  get canPublish(): boolean {
    return this.current !== undefined && !this.blocked;
  }

  /**
   * Sends one persistent message to the exchange before a queue and resolves with the broker's confirm. Rejects with `NotPublished`,
   * or with another error when nobody can tell.
   */
  publish(exchange: string, content: Buffer, headers?: Options.Publish['headers']): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.current) throw new NotPublished('the broker is away');
      const messageId = randomUUID();
      const properties = { persistent: true, mandatory: true, messageId, contentType: 'application/json', headers };
      this.current.publish(exchange, '', content, properties, (error: Error | null) => {
        if (this.returned.delete(messageId)) reject(new NotPublished(`there is no queue behind ${exchange}`));
        else if (error?.message === 'message nacked') reject(new NotPublished(`the queue behind ${exchange} is full`)); // amqplib has no other mark for it
        else if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Gives up the channel in use and makes a new one; on a new connection where the broker does not answer on this one. */
  reopen(reason: string): void {
    const channel = this.current;
    if (!channel) return;
    this.logger.warn(`making a new channel: ${reason}`);
    this.lose(channel);
    void this.abandon(channel);
  }

  /** Ends for good, within half a second whatever the broker does. Acknowledgements given before reach the broker. */
  async close(): Promise<void> {
    this.stop.abort();
    const { current, connection } = this;
    this.current = undefined;
    if (!connection) return;
    // The channel first: the connection's own close would overtake what still waits in the channel.
    await within(CLOSE_TIMEOUT_MS, Promise.resolve(current?.close()).then(() => connection.close()));
    cutOff(connection);
  }

  private async abandon(channel: ConfirmChannel): Promise<void> {
    const { connection } = this;
    let isClosed = false;
    channel.once('close', () => (isClosed = true));
    await within(CLOSE_TIMEOUT_MS, channel.close());
    if (!isClosed && connection) cutOff(connection);
  }

  private async supervise(): Promise<void> {
    for (let failures = 0; !this.stop.signal.aborted; ) {
      try {
        const { lost } = await this.openChannel();
        failures = 0;
        await lost;
        await pause(backoff(0, 100, 100), this.stop.signal);
      } catch (error) {
        if (!this.mayNotDeclare(error as { code?: number })) await this.failed(error as Error & { code?: number | string }, failures++);
      }
    }
  }

  /** The first refusal to declare is no failure yet: the next channel, on the same connection, looks whether all is there. */
  private mayNotDeclare({ code }: { code?: number }): boolean {
    const isNew = code === ACCESS_REFUSED && this.connection !== undefined && this.mayDeclare;
    if (isNew) this.mayDeclare = false;
    return isNew;
  }

  private async openChannel(): Promise<{ lost: Promise<void> }> {
    const connection = this.connection ?? (await this.connect());
    const channel = await connection.createConfirmChannel();
    const lost = new Promise<void>((resolve) => channel.once('close', resolve));
    channel.once('close', () => this.lose(channel));
    channel.on('error', (error) => {
      if (this.current === channel) this.logger.warn(error.message); // while it is set up, the call that fails tells it
    });
    channel.on('return', (message) => {
      this.returned.add(message.properties.messageId);
      this.reopen('a queue is missing');
    });
    await this.options.setup(channel, this.mayDeclare);
    this.current = channel;
    this.away = false;
    this.options.onReady?.();
    return { lost };
  }

  private async connect(): Promise<ChannelModel> {
    const connection = await connectTo(this.options.url, this.options.name);
    connection.on('close', (error) => this.disconnected(connection, error));
    connection.on('blocked', (reason) => {
      this.blocked = true;
      this.logger.warn(`the broker takes no messages: ${reason}`);
    });
    connection.on('unblocked', () => {
      this.blocked = false;
      if (this.current) this.options.onReady?.();
    });
    if (this.stop.signal.aborted) cutOff(connection);
    else this.connection = connection;
    return connection;
  }

  private disconnected(connection: ChannelModel, error?: Error): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.blocked = false;
    if (!this.stop.signal.aborted) this.logger.warn(`lost the connection: ${error?.message}`);
  }

  private lose(channel: ConfirmChannel): void {
    if (this.current !== channel) return;
    this.current = undefined;
    this.losses++;
  }

  private async failed(error: Error & { code?: number | string }, failures: number): Promise<void> {
    this.away = true;
    if (this.stop.signal.aborted) return;
    if (error.code === PRECONDITION_FAILED) {
      this.logger.error(`a queue exists with other arguments than are declared here (undo the setting, or delete it when empty): ${error.message}`);
      return pause(PRECONDITION_RETRY_MS, this.stop.signal);
    }
    if (failures === 0) this.logger.warn(`${REASONS[error.code ?? ''] ?? 'the broker is away'}: ${error.message || error.code}`);
    this.connection?.close().catch(() => undefined); // whatever is wrong with it, the next try makes a new one
    this.connection = undefined;
    await pause(backoff(failures, 100, 2_000), this.stop.signal);
  }
}
