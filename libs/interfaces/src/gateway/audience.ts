import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { FaultLog, LiveBoard, Pacer, type Transport, type Viewer } from '@scoreboard/application';
import { type Board, Leaderboard, type Place, type RankedScore } from '@scoreboard/domain';
import { BoardChannel } from './board.channel';
import { type ChannelName, parseChannel, topCount } from './channel-name';
import { GatewayOptions } from './gateway-options';
import { KeyedChannel } from './keyed.channel';
import { Outbox } from './outbox';

/** How often every state is looked at, changed or not: ranks move without their user, and a hint may have been lost. */
const SWEEP_MS = 5_000;
const AROUND_INTERVAL_MS = 1_000;
const AROUND_RADIUS = 5;
/** Users asked for in one read, so that no read holds up others for long. */
const PLACES_PER_READ = 1_000;

type Me = Pick<Place, 'userId' | 'score' | 'rank'>;
/** The revision is that of a board no newer than the entries. */
type Top = Pick<Board, 'revision' | 'entries'>;
type Answer = { readonly ok: true; readonly channel: ChannelName } | { readonly ok: false; readonly code: 'unknown-channel' | 'unauthenticated' };

/**
 * Everybody who watches, over either transport, and the channels they watch.
 *
 * `scores:top` is joined on connecting, `scores:me` with a token; the others are asked for. Subscribing twice sends the
 * state again, and no viewer is sent anything after it left.
 */
@Injectable()
export class Audience implements OnApplicationShutdown {
  /** Viewers now connected. */
  readonly connected: Record<Transport, number> = { 'socket.io': 0, 'websocket': 0 };
  readonly outbox = new Outbox();

  private readonly joined = new Map<Viewer, Set<ChannelName>>();
  private readonly board: BoardChannel;
  private readonly me: KeyedChannel<string, Me>;
  private readonly around: KeyedChannel<string, readonly RankedScore[]>;
  private readonly top: KeyedChannel<number, Top>;
  private readonly aroundPacer = new Pacer(() => this.around.touch(), AROUND_INTERVAL_MS);
  private readonly endings: (() => void)[];

  constructor(
    private readonly live: LiveBoard,
    private readonly leaderboard: Leaderboard,
    faults: FaultLog,
    { pushIntervalMs }: GatewayOptions,
  ) {
    this.board = new BoardChannel(live, this.outbox, pushIntervalMs);
    this.me = new KeyedChannel({ event: () => 'scores:me', read: (userIds) => this.readPlaces(userIds), pushIntervalMs }, this.outbox, faults);
    this.around = new KeyedChannel({ event: () => 'around:me', read: (userIds) => this.readAround(userIds), pushIntervalMs }, this.outbox, faults);
    this.top = new KeyedChannel(
      { event: (count) => `top:${count}`, read: (counts) => this.readTops(counts), essence: (top) => top.entries, pushIntervalMs },
      this.outbox,
      faults,
    );
    const sweep = setInterval(() => this.touchAll(), SWEEP_MS);
    this.endings = [() => clearInterval(sweep), live.onScores((userIds) => this.hear(userIds)), live.onFreshness((isFresh) => this.tellFreshness(isFresh))];
  }

  /** Is told of each board that is pushed to all who watch it. */
  set onPush(listener: (board: Board) => void) {
    this.board.onPush = listener;
  }

  connect(viewer: Viewer): void {
    this.connected[viewer.data.transport]++;
    this.joined.set(viewer, new Set());
    this.subscribe(viewer, 'scores:top');
    if (viewer.data.identity?.userId !== undefined) this.subscribe(viewer, 'scores:me');
  }

  disconnect(viewer: Viewer): void {
    const channels = this.joined.get(viewer);
    if (!channels) return;
    this.connected[viewer.data.transport]--;
    for (const channel of channels) this.leave(viewer, channel);
    this.joined.delete(viewer);
    this.outbox.forget(viewer);
  }

  subscribe(viewer: Viewer, name: unknown): Answer {
    const channel = parseChannel(name);
    const channels = this.joined.get(viewer);
    if (!channel) return { ok: false, code: 'unknown-channel' };
    if (channel.endsWith(':me') && viewer.data.identity?.userId === undefined) return { ok: false, code: 'unauthenticated' };
    // Nothing is joined for one who left while its message was on the way.
    if (channels?.add(channel)) this.join(viewer, channel);
    return { ok: true, channel };
  }

  unsubscribe(viewer: Viewer, name: unknown): Answer {
    const channel = parseChannel(name);
    if (!channel) return { ok: false, code: 'unknown-channel' };
    if (this.joined.get(viewer)?.delete(channel)) this.leave(viewer, channel);
    return { ok: true, channel };
  }

  onApplicationShutdown(): void {
    for (const end of this.endings) end();
    this.aroundPacer.stop();
    for (const part of [this.board, this.me, this.around, this.top, this.outbox]) part.close();
  }

  private join(viewer: Viewer, channel: ChannelName): void {
    if (channel === 'scores:top') this.board.join(viewer);
    else if (channel === 'scores:me') this.me.join(viewer, viewer.data.identity!.userId!);
    else if (channel === 'around:me') this.around.join(viewer, viewer.data.identity!.userId!);
    else this.top.join(viewer, topCount(channel));
  }

  private leave(viewer: Viewer, channel: ChannelName): void {
    if (channel === 'scores:top') this.board.leave(viewer);
    else if (channel === 'scores:me') this.me.leave(viewer, viewer.data.identity!.userId!);
    else if (channel === 'around:me') this.around.leave(viewer, viewer.data.identity!.userId!);
    else this.top.leave(viewer, topCount(channel));
  }

  private hear(userIds: readonly string[]): void {
    if (!userIds.length) return this.touchAll();
    this.me.touch(userIds);
    this.top.touch();
    this.aroundPacer.request();
  }

  /** Who is connected keeps the last board, and is told that it may be old. */
  private tellFreshness(isFresh: boolean): void {
    this.outbox.send(this.joined.keys(), { event: 'stale', data: { stale: !isFresh } });
  }

  private touchAll(): void {
    this.me.touch();
    this.top.touch();
    this.aroundPacer.request();
  }

  private async readPlaces(userIds: readonly string[]): Promise<Me[]> {
    const places: (Place | undefined)[] = [];
    for (let i = 0; i < userIds.length; i += PLACES_PER_READ) {
      places.push(...(await this.leaderboard.places(userIds.slice(i, i + PLACES_PER_READ))));
    }
    return userIds.map((userId, i) => ({ userId, score: places[i]?.score ?? 0, rank: places[i]?.rank ?? null }));
  }

  private readAround(userIds: readonly string[]): Promise<(readonly RankedScore[])[]> {
    return Promise.all(userIds.map((userId) => this.leaderboard.around(userId, AROUND_RADIUS)));
  }

  /** One read for all: who stands among the first n stands among the first of any larger n. */
  private async readTops(counts: readonly number[]): Promise<Top[]> {
    const revision = this.live.current()?.revision ?? 0;
    const entries = await this.leaderboard.top(Math.max(...counts));
    return counts.map((count) => ({ revision, entries: entries.slice(0, count) }));
  }
}
