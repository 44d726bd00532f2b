import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BoardCache, Boards, ErrorReporter, IdentifySubscriber, Leaderboards, ShowUsers, TokenBucket, type Transport, type Subscriber } from '@scoreboard/application';
import { type Board, type Identity, Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { BoardsChannels } from './boards.channels';
import { type ChannelName, isPersonal, parseChannel, splitChannel } from './channel-name';
import { userOf } from './channels';
import { ConflatingBuffer } from './conflating-buffer';
import { GatewayOptions } from './gateway-options';
import { EXPIRED, type SignInAnswer, SignIns } from './sign-ins';

/** The request limit of one subscriber. A list counts as one request per ten names. */
const REQUESTS = { burst: 20, perSecond: 10 } as const;
const NAMES_PER_REQUEST = 10;

/** The answer to one channel of `subscribe` or `unsubscribe`. */
export type ChannelAnswer =
  | { readonly ok: true; readonly channel: ChannelName }
  | { readonly ok: false; readonly code: 'unknown-channel' | 'unauthenticated' }
  | { readonly ok: false; readonly code: 'rate-limited'; readonly channel?: string };
type ChannelAnswers = ChannelAnswer | readonly ChannelAnswer[];
type Decide = (channel: ChannelName) => ChannelAnswer;

interface Watching {
  /** Personal channels stay here while the subscriber has no identity: they resume once it has one again. */
  readonly channels: Set<ChannelName>;
  /** Created with the first request. */
  requests?: TokenBucket;
}

/**
 * All connected subscribers, over either transport, and their channels.
 *
 * A subscriber joins `scores:top` on connecting, and `scores:me` if it has a user; it subscribes to the others. Subscribing twice sends the
 * state again. Nothing is sent to a subscriber after it disconnects. A subscriber's identity can start, change and end during a connection.
 */
@Injectable()
export class Subscriptions implements OnApplicationShutdown {
  /** Connected subscribers by transport. */
  readonly connected: Record<Transport, number> = { 'socket.io': 0, 'websocket': 0 };
  readonly buffer = new ConflatingBuffer();

  private readonly joined = new Map<Subscriber, Watching>();
  private readonly channels: BoardsChannels;
  private readonly signIns: SignIns;
  private readonly endFreshness: () => void;

  constructor(
    private readonly boardCache: BoardCache,
    leaderboard: Leaderboard,
    users: ShowUsers,
    subscribers: IdentifySubscriber,
    errors: ErrorReporter,
    events: ScoreboardEvents,
    { pushIntervalMs }: GatewayOptions,
    boards: Boards,
    leaderboards: Leaderboards,
  ) {
    this.channels = new BoardsChannels({ boardCache, leaderboard, users, buffer: this.buffer, errors, events, pushIntervalMs, boards, leaderboards });
    this.signIns = new SignIns(subscribers, errors, {
      isConnected: (subscriber) => this.joined.has(subscriber),
      onIdentity: (subscriber, identity) => this.become(subscriber, identity),
    });
    this.endFreshness = boardCache.onFreshness((isFresh) => this.tellFreshness(isFresh));
  }

  connect(subscriber: Subscriber): void {
    this.connected[subscriber.handle.transport]++;
    this.joined.set(subscriber, { channels: new Set() });
    this.add(subscriber, 'scores:top');
    if (userOf(subscriber) !== undefined) this.add(subscriber, 'scores:me');
    if (subscriber.handle.hasExpired) this.tellExpired(subscriber);
    this.signIns.begin(subscriber);
  }

  disconnect(subscriber: Subscriber): void {
    const watching = this.joined.get(subscriber);
    if (!watching) return;
    this.connected[subscriber.handle.transport]--;
    this.signIns.end(subscriber);
    for (const channel of watching.channels) this.channels.leave(subscriber, channel);
    this.joined.delete(subscriber);
    this.buffer.forget(subscriber);
  }

  /** Takes one name, or a list, which is answered with a list. Waits for a pending `authenticate` of this subscriber. */
  subscribe(subscriber: Subscriber, names: unknown): ChannelAnswers | Promise<ChannelAnswers> {
    return this.inTurn(subscriber, names, (channel) => {
      if (isPersonal(channel) && userOf(subscriber) === undefined) return { ok: false, code: 'unauthenticated' };
      this.add(subscriber, channel);
      return { ok: true, channel };
    });
  }

  /** Takes the same arguments as `subscribe`. */
  unsubscribe(subscriber: Subscriber, names: unknown): ChannelAnswers | Promise<ChannelAnswers> {
    return this.inTurn(subscriber, names, (channel) => {
      if (this.joined.get(subscriber)?.channels.delete(channel)) this.channels.leave(subscriber, channel);
      return { ok: true, channel };
    });
  }

  /** Changes a subscriber's identity to that of a token. */
  async authenticate(subscriber: Subscriber, token: unknown): Promise<SignInAnswer> {
    if (this.mayAsk(subscriber)) return this.signIns.authenticate(subscriber, token);
    return { ok: false, code: 'rate-limited', reason: `Limit: ${REQUESTS.perSecond} requests per second, bursts of ${REQUESTS.burst}. Retry in 1 s.` };
  }

  /** The answer to a ping, with the revision of the newest board. */
  pong(): Pick<Board, 'revision'> {
    return { revision: this.boardCache.current()?.revision ?? 0 };
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
    const answers = new Map<unknown, ChannelAnswer>(); // duplicate names in a list count once
    for (const name of list) {
      if (answers.has(name)) continue;
      const channel = this.known(parseChannel(name));
      if (!isAllowed) answers.set(name, { ok: false, code: 'rate-limited', ...(typeof name === 'string' && { channel: name }) });
      else answers.set(name, channel ? one(channel) : { ok: false, code: 'unknown-channel' });
    }
    return Array.isArray(names) ? list.map((name) => answers.get(name)!) : answers.get(names)!;
  }

  /** Undefined also for a channel of a board that does not exist. */
  private known(channel: ChannelName | undefined): ChannelName | undefined {
    const board = channel && splitChannel(channel)[1];
    return board === undefined || this.channels.isBoard(board) ? channel : undefined;
  }

  /** A subscriber that disconnected in the meantime needs no limit: nothing is done for it. */
  private mayAsk(subscriber: Subscriber, cost = 1): boolean {
    const watching = this.joined.get(subscriber);
    if (!watching) return true;
    watching.requests ??= new TokenBucket(REQUESTS);
    return watching.requests.take(cost);
  }

  /** Does nothing if the subscriber disconnected in the meantime. */
  private add(subscriber: Subscriber, channel: ChannelName): void {
    if (this.joined.get(subscriber)?.channels.add(channel)) this.channels.join(subscriber, channel);
  }

  /** Personal channels continue for the same user, switch to a different user, and pause without a user. */
  private become(subscriber: Subscriber, identity: Identity | undefined): void {
    const isSameUser = userOf(subscriber) === identity?.userId;
    const personal = [...this.joined.get(subscriber)!.channels].filter(isPersonal);
    if (!isSameUser) for (const channel of personal) this.channels.leave(subscriber, channel);
    subscriber.handle.identity = identity;
    if (!identity) this.tellExpired(subscriber);
    if (isSameUser || userOf(subscriber) === undefined) return;
    for (const channel of new Set<ChannelName>(['scores:me', ...personal])) this.add(subscriber, channel);
  }

  private tellExpired(subscriber: Subscriber): void {
    this.buffer.send([subscriber], { event: 'unauthenticated', data: { reason: EXPIRED } });
  }

  /** Connected clients keep the last board, and are told whether it may be out of date. */
  private tellFreshness(isFresh: boolean): void {
    this.buffer.send(this.joined.keys(), { event: 'stale', data: { stale: !isFresh } });
  }
}
