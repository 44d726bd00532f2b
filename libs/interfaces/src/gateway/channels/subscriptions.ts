import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ErrorReporter, IdentifySubscriber, BoardCache, TokenBucket, type Transport, type Subscriber } from '@scoreboard/application';
import { type Board, type Identity, Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { type ChannelName, isPersonal, parseChannel } from './channel-name';
import { Channels, userOf } from './channels';
import { GatewayOptions } from '../gateway-options';
import { ConflatingBuffer } from './conflating-buffer';
import { EXPIRED, type SignInAnswer, SignIns } from '../sign-ins';

/** What one subscriber may ask for. A list counts as one for every ten names in it. */
const REQUESTS = { burst: 20, perSecond: 10 } as const;
const NAMES_PER_REQUEST = 10;

export type ChannelAnswer =
  | { readonly ok: true; readonly channel: ChannelName }
  | { readonly ok: false; readonly code: 'unknown-channel' | 'unauthenticated' }
  | { readonly ok: false; readonly code: 'rate-limited'; readonly channel?: string };
type ChannelAnswers = ChannelAnswer | readonly ChannelAnswer[];
type Decide = (channel: ChannelName) => ChannelAnswer;

interface Watching {
  /** Those of a user are kept while the subscriber is nobody: they go on when it is somebody again. */
  readonly channels: Set<ChannelName>;
  /** Of one that has asked for something. */
  requests?: TokenBucket;
}

/**
 * Everybody who watches, over either transport, and the channels they watch.
 *
 * `scores:top` is joined on connecting, `scores:me` by a user; the others are asked for. Subscribing twice sends the
 * state again, and no subscriber is sent anything after it left. A subscriber's identity may begin, change and end while it watches.
 */
@Injectable()
export class Subscriptions implements OnApplicationShutdown {
  /** Subscribers now connected. */
  readonly connected: Record<Transport, number> = { 'socket.io': 0, 'websocket': 0 };
  readonly buffer = new ConflatingBuffer();

  private readonly joined = new Map<Subscriber, Watching>();
  private readonly channels: Channels;
  private readonly signIns: SignIns;
  private readonly endFreshness: () => void;

  constructor(
    private readonly live: BoardCache,
    leaderboard: Leaderboard,
    subscribers: IdentifySubscriber,
    faults: ErrorReporter,
    events: ScoreboardEvents,
    { pushIntervalMs }: GatewayOptions,
  ) {
    this.channels = new Channels({ live, leaderboard, buffer: this.buffer, faults, events, pushIntervalMs });
    this.signIns = new SignIns(subscribers, faults, {
      isConnected: (subscriber) => this.joined.has(subscriber),
      onIdentity: (subscriber, identity) => this.become(subscriber, identity),
    });
    this.endFreshness = live.onFreshness((isFresh) => this.tellFreshness(isFresh));
  }

  connect(subscriber: Subscriber): void {
    this.connected[subscriber.data.transport]++;
    this.joined.set(subscriber, { channels: new Set() });
    this.add(subscriber, 'scores:top');
    if (userOf(subscriber) !== undefined) this.add(subscriber, 'scores:me');
    if (subscriber.data.hasExpired) this.tellExpired(subscriber);
    this.signIns.begin(subscriber);
  }

  disconnect(subscriber: Subscriber): void {
    const watching = this.joined.get(subscriber);
    if (!watching) return;
    this.connected[subscriber.data.transport]--;
    this.signIns.end(subscriber);
    for (const channel of watching.channels) this.channels.leave(subscriber, channel);
    this.joined.delete(subscriber);
    this.buffer.forget(subscriber);
  }

  /** Takes one name, or a list of them, which is answered by a list. What comes behind a token is decided when the token is. */
  subscribe(subscriber: Subscriber, names: unknown): ChannelAnswers | Promise<ChannelAnswers> {
    return this.inTurn(subscriber, names, (channel) => {
      if (isPersonal(channel) && userOf(subscriber) === undefined) return { ok: false, code: 'unauthenticated' };
      this.add(subscriber, channel);
      return { ok: true, channel };
    });
  }

  /** Takes what `subscribe` takes. */
  unsubscribe(subscriber: Subscriber, names: unknown): ChannelAnswers | Promise<ChannelAnswers> {
    return this.inTurn(subscriber, names, (channel) => {
      if (this.joined.get(subscriber)?.channels.delete(channel)) this.channels.leave(subscriber, channel);
      return { ok: true, channel };
    });
  }

  /** Gives a subscriber the identity of a token, again or anew. */
  async authenticate(subscriber: Subscriber, token: unknown): Promise<SignInAnswer> {
    if (this.mayAsk(subscriber)) return this.signIns.authenticate(subscriber, token);
    return { ok: false, code: 'rate-limited', reason: 'Too many requests. Try again in a second.' };
  }

  /** Tells a client that its connection lives, and whether it has the newest board. */
  pong(): Pick<Board, 'revision'> {
    return { revision: this.live.current()?.revision ?? 0 };
  }

  onApplicationShutdown(): void {
    this.endFreshness();
    this.channels.close();
    this.signIns.close();
    this.buffer.close();
  }

  private inTurn(subscriber: Subscriber, names: unknown, one: Decide): ChannelAnswers | Promise<ChannelAnswers> {
    const isAllowed = this.mayAsk(subscriber, Array.isArray(names) ? Math.max(1, Math.ceil(names.length / NAMES_PER_REQUEST)) : 1);
    const decide = () => this.answer(names, isAllowed, one);
    return this.signIns.underWay(subscriber)?.then(decide) ?? decide();
  }

  private answer(names: unknown, isAllowed: boolean, one: Decide): ChannelAnswers {
    const list: readonly unknown[] = Array.isArray(names) ? names : [names];
    const answers = new Map<unknown, ChannelAnswer>(); // a name that stands in a list twice is one
    for (const name of list) {
      if (answers.has(name)) continue;
      const channel = parseChannel(name);
      if (!isAllowed) answers.set(name, { ok: false, code: 'rate-limited', ...(typeof name === 'string' && { channel: name }) });
      else answers.set(name, channel ? one(channel) : { ok: false, code: 'unknown-channel' });
    }
    return Array.isArray(names) ? list.map((name) => answers.get(name)!) : answers.get(names)!;
  }

  /** One who left while its message was on the way needs no limit: nothing is done for it. */
  private mayAsk(subscriber: Subscriber, cost = 1): boolean {
    const watching = this.joined.get(subscriber);
    if (!watching) return true;
    watching.requests ??= new TokenBucket(REQUESTS);
    return watching.requests.take(cost);
  }

  /** Nothing is joined for one who left while its message was on the way. */
  private add(subscriber: Subscriber, channel: ChannelName): void {
    if (this.joined.get(subscriber)?.channels.add(channel)) this.channels.join(subscriber, channel);
  }

  /** The channels of the same user go on, those of another take their place, and those of nobody wait. */
  private become(subscriber: Subscriber, identity: Identity | undefined): void {
    const isSameUser = userOf(subscriber) === identity?.userId;
    const personal = [...this.joined.get(subscriber)!.channels].filter(isPersonal);
    if (!isSameUser) for (const channel of personal) this.channels.leave(subscriber, channel);
    subscriber.data.identity = identity;
    if (!identity) this.tellExpired(subscriber);
    if (isSameUser || userOf(subscriber) === undefined) return;
    for (const channel of new Set<ChannelName>(['scores:me', ...personal])) this.add(subscriber, channel);
  }

  private tellExpired(subscriber: Subscriber): void {
    this.buffer.send([subscriber], { event: 'unauthenticated', data: { reason: EXPIRED } });
  }

  /** Who is connected keeps the last board, and is told that it may be old. */
  private tellFreshness(isFresh: boolean): void {
    this.buffer.send(this.joined.keys(), { event: 'stale', data: { stale: !isFresh } });
  }
}
