import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { connectTo, cutOff } from './amqp-connection';
import { backoff, pause, within } from '@scoreboard/application';
import { ACCESS_REFUSED } from './topology';

const CLOSE_TIMEOUT_MS = 500;
const PRECONDITION_FAILED = 406;
const PRECONDITION_RETRY_MS = 5_000;

/** Why a channel cannot be opened although the broker is reachable. */
const REASONS: Readonly<Record<number | string, string>> = {
  [ACCESS_REFUSED]: 'the broker denies access to this user',
  404: 'a queue or exchange is missing, and this user is not allowed to declare it',
};

export interface AmqpChannelOptions {
  /** URL of the broker, or comma-separated URLs of several nodes of a cluster. */
  readonly url: string;
  /** Shown in the broker's list of connections and in the log. */
  readonly name: string;
  /** Prepares each new channel: queues, prefetch, subscription. `mayDeclare` becomes false once the broker has denied this user to declare queues. */
  setup(channel: ConfirmChannel, mayDeclare: boolean): Promise<void>;
  /** Called whenever publishing becomes possible. */
  onReady?(): void;
}

/** The message is certainly in no queue: it was not sent, there is no queue, or the queue is full. After any other error it may be in the queue. */
export class NotPublished extends Error {}

/**
 * One connection with one confirm channel, kept open until `close`.
 *
 * The channel is supervised, not only the connection: the broker may close a channel and keep the connection open (invalid
 * ack, consumer timeout). After the loss of either, a new channel is opened and set up; failed attempts are retried with
 * backoff, 100 ms to 2 s. Nothing is buffered: without a channel `publish` rejects.
 */
export class AmqpChannel {
  /** How many times a working channel was lost. */
  losses = 0;
  /** The broker has stopped accepting messages (memory or disk alarm). */
  blocked = false;
  /** The last attempt to open a channel failed, so commands can be refused immediately. */
  isUnavailable = false;
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

  /** Starts connecting and returns immediately. Idempotent. */
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
   * Sends one persistent message to the exchange in front of a queue and resolves when the broker confirms it. Rejects with
   * `NotPublished` if it is certainly not queued, with another error if it may be.
   */
  publish(exchange: string, content: Buffer, headers?: Options.Publish['headers']): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.current) throw new NotPublished('the broker cannot be reached');
      const messageId = randomUUID();
      const properties = { persistent: true, mandatory: true, messageId, contentType: 'application/json', headers };
      this.current.publish(exchange, '', content, properties, (error: Error | null) => {
        if (this.returned.delete(messageId)) reject(new NotPublished(`no queue is bound to exchange ${exchange}`));
        else if (error?.message === 'message nacked') reject(new NotPublished(`the queue bound to exchange ${exchange} is full`)); // amqplib has no error code for this
        else if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Replaces the channel, and also the connection if the broker does not answer. */
  reopen(reason: string): void {
    const channel = this.current;
    if (!channel) return;
    this.logger.warn(`opening a new channel: ${reason}`);
    this.lose(channel);
    void this.abandon(channel);
  }

  /** Closes channel and connection within 500 ms, whatever the broker does. Earlier acknowledgements still reach the broker. */
  async close(): Promise<void> {
    this.stop.abort();
    const { current, connection } = this;
    this.current = undefined;
    if (!connection) return;
    // The channel first: closing the connection would overtake frames that are still waiting in the channel.
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

  /** The first denied declaration is not an error: the next channel, on the same connection, only checks that the queues exist. */
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
      if (this.current === channel) this.logger.warn(error.message); // during setup, the failing call reports the error
    });
    channel.on('return', (message) => {
      this.returned.add(message.properties.messageId);
      this.reopen('a queue is missing');
    });
    await this.options.setup(channel, this.mayDeclare);
    this.current = channel;
    this.isUnavailable = false;
    this.options.onReady?.();
    return { lost };
  }

  private async connect(): Promise<ChannelModel> {
    const connection = await connectTo(this.options.url, this.options.name);
    connection.on('close', (error) => this.disconnected(connection, error));
    connection.on('blocked', (reason) => {
      this.blocked = true;
      this.logger.warn(`the broker accepts no messages: ${reason}`);
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
    this.isUnavailable = true;
    if (this.stop.signal.aborted) return;
    if (error.code === PRECONDITION_FAILED) {
      this.logger.error(`a queue exists with different arguments (undo the setting, or delete the queue once it is empty): ${error.message}`);
      return pause(PRECONDITION_RETRY_MS, this.stop.signal);
    }
    if (failures === 0) this.logger.warn(`${REASONS[error.code ?? ''] ?? 'the broker cannot be reached'}: ${error.message || error.code}`);
    this.connection?.close().catch(() => undefined); // in any case, the next attempt opens a new connection
    this.connection = undefined;
    await pause(backoff(failures, 100, 2_000), this.stop.signal);
  }
}
