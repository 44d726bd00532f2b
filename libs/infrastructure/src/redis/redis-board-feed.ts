import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BoardFeed, FeedListeners, MAX_FOLLOWED, type ScoresChanged } from '@scoreboard/application';
import { BOARD_SIZE, USER_ID } from '@scoreboard/domain';
import type { RedisClientType } from 'redis';
import { z } from 'zod';

/** How long `subscribe` waits for an unavailable server; the subscription becomes active later without further calls. */
const SUBSCRIBE_MS = 1_000;

/** Maximum number of users that a hint lists. A longer list is sent empty, which means any user. */
const MAX_USERS = 10_000;

/** Longer than any hint. Longer messages are ignored. */
const MAX_LENGTH = 1_048_576;

const userId = z.string().regex(USER_ID);
/** Checked by hand: a hint has up to `MAX_USERS`, there are many hints a second, and zod takes more than twice as long. */
const userIds = z.custom<readonly string[]>((ids) => Array.isArray(ids) && ids.length <= MAX_USERS && ids.every((id) => typeof id === 'string' && USER_ID.test(id)));
const schema = z.object({
  board: z
    .object({
      revision: z.int().min(0),
      entries: z.array(z.object({ rank: z.int().min(1), userId, score: z.int().min(0) })).max(BOARD_SIZE),
    })
    .optional(),
  userIds,
  profiles: z.int().min(0).optional(),
  at: z.int().min(0).optional(),
  traces: z.array(z.object({ id: z.string().regex(/^[0-9a-f]{32}$/), spanId: z.string().regex(/^[0-9a-f]{16}$/).optional() })).max(MAX_FOLLOWED).optional(),
});

/** The connections of a `RedisBoardFeed`. */
export interface RedisBoardFeedOptions {
  /** Publishes; not closed here. */
  readonly client: RedisClientType;
  /** Creates the subscriber connection at the first subscription. It must reconnect automatically; it is closed here. */
  readonly connect: () => RedisClientType;
  /** Default: `scoreboard:{global}:feed`. */
  readonly channel?: string;
}

/**
 * The feed over a Redis channel, as JSON. The subscription is renewed automatically after an outage; hints published
 * meanwhile are lost. Malformed or oversized messages are logged and ignored.
 */
export class RedisBoardFeed extends BoardFeed implements OnApplicationShutdown {
  private readonly logger = new Logger('RedisBoardFeed');
  private readonly listeners = new FeedListeners(new Logger('BoardFeed'));
  private readonly client: RedisClientType;
  private readonly connect: () => RedisClientType;
  private readonly channel: string;
  private subscriber?: RedisClientType;
  private listening?: Promise<void>;
  private renew = (): void => undefined;

  constructor({ client, connect, channel = 'scoreboard:{global}:feed' }: RedisBoardFeedOptions) {
    super();
    this.client = client;
    this.connect = connect;
    this.channel = channel;
  }

  async publish(change: ScoresChanged): Promise<void> {
    const hint = change.userIds.length > MAX_USERS ? { ...change, userIds: [] } : change;
    await this.client.publish(this.channel, JSON.stringify(hint));
  }

  /** While the server is unavailable it resolves after one second; hints arrive once the server is back. */
  async subscribe(listener: (change: ScoresChanged) => void): Promise<() => Promise<void>> {
    this.listening ??= this.listen();
    await this.listening;
    const remove = this.listeners.add(listener);
    return async () => {
      await remove();
      if (this.listeners.isEmpty) await this.leave();
    };
  }

  /** The feed of another channel, over the same subscriber connection. It ends with this one. */
  onChannel(channel: string): RedisBoardFeed {
    return new RedisBoardFeed({ client: this.client, connect: () => this.connection(), channel });
  }

  onApplicationShutdown(): void {
    this.listeners.clear();
    this.subscriber?.destroy();
  }

  private connection(): RedisClientType {
    this.subscriber ??= this.connect().setMaxListeners(0); // one listener for each channel
    return this.subscriber;
  }

  private listen(): Promise<void> {
    const subscriber = this.connection();
    return new Promise((resolve) => {
      setTimeout(resolve, SUBSCRIBE_MS).unref();
      this.renew = () => void this.subscribeChannel(subscriber).then(resolve);
      subscriber.on('ready', this.renew);
      if (subscriber.isReady) this.renew();
    });
  }

  private async leave(): Promise<void> {
    const subscriber = this.connection();
    subscriber.off('ready', this.renew);
    this.listening = undefined;
    // It can only fail if the connection is lost, and with it the subscription.
    if (subscriber.isReady) await subscriber.unsubscribe(this.channel, this.receive).catch(() => undefined);
  }

  /** Does nothing if the client has already renewed the subscription. */
  private async subscribeChannel(subscriber: RedisClientType): Promise<void> {
    try {
      await subscriber.subscribe(this.channel, this.receive);
    } catch (error) {
      // The connection was lost again; the next one subscribes again.
      this.logger.warn(`cannot subscribe to the feed: ${String(error)}`);
    }
  }

  private readonly receive = (message: string): void => {
    const change = this.decode(message);
    if (change) this.listeners.deliver(change);
  };

  private decode(message: string): ScoresChanged | undefined {
    try {
      if (message.length <= MAX_LENGTH) return schema.parse(JSON.parse(message));
      this.logger.warn(`ignored a message of ${message.length} characters`);
      return undefined;
    } catch {
      this.logger.warn(`ignored a malformed message: ${message.slice(0, 200)}`);
      return undefined;
    }
  }
}
