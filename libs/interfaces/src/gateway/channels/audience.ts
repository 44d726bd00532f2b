import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { FaultLog, IdentifyViewer, LiveBoard, TokenBucket, type Transport, type Viewer } from '@scoreboard/application';
import { type Board, type Identity, Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { type ChannelName, isPersonal, parseChannel } from './channel-name';
import { Channels, userOf } from './channels';
import { GatewayOptions } from '../gateway-options';
import { Outbox } from './outbox';
import { EXPIRED, type SignInAnswer, SignIns } from '../sign-ins';

/** What one viewer may ask for. A list counts as one for every ten names in it. */
const REQUESTS = { burst: 20, perSecond: 10 } as const;
const NAMES_PER_REQUEST = 10;

export type ChannelAnswer =
  | { readonly ok: true; readonly channel: ChannelName }
  | { readonly ok: false; readonly code: 'unknown-channel' | 'unauthenticated' }
  | { readonly ok: false; readonly code: 'rate-limited'; readonly channel?: string };
type ChannelAnswers = ChannelAnswer | readonly ChannelAnswer[];
type Decide = (channel: ChannelName) => ChannelAnswer;

interface Watching {
  /** Those of a user are kept while the viewer is nobody: they go on when it is somebody again. */
  readonly channels: Set<ChannelName>;
  /** Of one that has asked for something. */
  requests?: TokenBucket;
}

/**
 * Everybody who watches, over either transport, and the channels they watch.
 *
 * `scores:top` is joined on connecting, `scores:me` by a user; the others are asked for. Subscribing twice sends the
 * state again, and no viewer is sent anything after it left. A viewer's identity may begin, change and end while it watches.
 */
@Injectable()
export class Audience implements OnApplicationShutdown {
  /** Viewers now connected. */
  readonly connected: Record<Transport, number> = { 'socket.io': 0, 'websocket': 0 };
  readonly outbox = new Outbox();

  private readonly joined = new Map<Viewer, Watching>();
  private readonly channels: Channels;
  private readonly signIns: SignIns;
  private readonly endFreshness: () => void;

  constructor(
    private readonly live: LiveBoard,
    leaderboard: Leaderboard,
    viewers: IdentifyViewer,
    faults: FaultLog,
    events: ScoreboardEvents,
    { pushIntervalMs }: GatewayOptions,
  ) {
    this.channels = new Channels({ live, leaderboard, outbox: this.outbox, faults, events, pushIntervalMs });
    this.signIns = new SignIns(viewers, faults, {
      isConnected: (viewer) => this.joined.has(viewer),
      onIdentity: (viewer, identity) => this.become(viewer, identity),
    });
    this.endFreshness = live.onFreshness((isFresh) => this.tellFreshness(isFresh));
  }

  connect(viewer: Viewer): void {
    this.connected[viewer.data.transport]++;
    this.joined.set(viewer, { channels: new Set() });
    this.add(viewer, 'scores:top');
    if (userOf(viewer) !== undefined) this.add(viewer, 'scores:me');
    if (viewer.data.hasExpired) this.tellExpired(viewer);
    this.signIns.begin(viewer);
  }

  disconnect(viewer: Viewer): void {
    const watching = this.joined.get(viewer);
    if (!watching) return;
    this.connected[viewer.data.transport]--;
    this.signIns.end(viewer);
    for (const channel of watching.channels) this.channels.leave(viewer, channel);
    this.joined.delete(viewer);
    this.outbox.forget(viewer);
  }

  /** Takes one name, or a list of them, which is answered by a list. What comes behind a token is decided when the token is. */
  subscribe(viewer: Viewer, names: unknown): ChannelAnswers | Promise<ChannelAnswers> {
    return this.inTurn(viewer, names, (channel) => {
      if (isPersonal(channel) && userOf(viewer) === undefined) return { ok: false, code: 'unauthenticated' };
      this.add(viewer, channel);
      return { ok: true, channel };
    });
  }

  /** Takes what `subscribe` takes. */
  unsubscribe(viewer: Viewer, names: unknown): ChannelAnswers | Promise<ChannelAnswers> {
    return this.inTurn(viewer, names, (channel) => {
      if (this.joined.get(viewer)?.channels.delete(channel)) this.channels.leave(viewer, channel);
      return { ok: true, channel };
    });
  }

  /** Gives a viewer the identity of a token, again or anew. */
  async authenticate(viewer: Viewer, token: unknown): Promise<SignInAnswer> {
    if (this.mayAsk(viewer)) return this.signIns.authenticate(viewer, token);
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
    this.outbox.close();
  }

  private inTurn(viewer: Viewer, names: unknown, one: Decide): ChannelAnswers | Promise<ChannelAnswers> {
    const isAllowed = this.mayAsk(viewer, Array.isArray(names) ? Math.max(1, Math.ceil(names.length / NAMES_PER_REQUEST)) : 1);
    const decide = () => this.answer(names, isAllowed, one);
    return this.signIns.underWay(viewer)?.then(decide) ?? decide();
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
  private mayAsk(viewer: Viewer, cost = 1): boolean {
    const watching = this.joined.get(viewer);
    if (!watching) return true;
    watching.requests ??= new TokenBucket(REQUESTS);
    return watching.requests.take(cost);
  }

  /** Nothing is joined for one who left while its message was on the way. */
  private add(viewer: Viewer, channel: ChannelName): void {
    if (this.joined.get(viewer)?.channels.add(channel)) this.channels.join(viewer, channel);
  }

  /** The channels of the same user go on, those of another take their place, and those of nobody wait. */
  private become(viewer: Viewer, identity: Identity | undefined): void {
    const isSameUser = userOf(viewer) === identity?.userId;
    const personal = [...this.joined.get(viewer)!.channels].filter(isPersonal);
    if (!isSameUser) for (const channel of personal) this.channels.leave(viewer, channel);
    viewer.data.identity = identity;
    if (!identity) this.tellExpired(viewer);
    if (isSameUser || userOf(viewer) === undefined) return;
    for (const channel of new Set<ChannelName>(['scores:me', ...personal])) this.add(viewer, channel);
  }

  private tellExpired(viewer: Viewer): void {
    this.outbox.send([viewer], { event: 'unauthenticated', data: { reason: EXPIRED } });
  }

  /** Who is connected keeps the last board, and is told that it may be old. */
  private tellFreshness(isFresh: boolean): void {
    this.outbox.send(this.joined.keys(), { event: 'stale', data: { stale: !isFresh } });
  }
}
