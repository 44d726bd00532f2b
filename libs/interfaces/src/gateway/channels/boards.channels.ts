import { BoardCache, type Boards, type Leaderboards, type Subscriber } from '@scoreboard/application';
import { type BoardPeriod, Refusal, ScoreboardEvents } from '@scoreboard/domain';
import type { BoardLabel } from './board-label';
import { type BoardChannelName, type ChannelName, splitChannel } from './channel-name';
import { Channels, type ChannelsOptions } from './channels';

/** How often the boards are looked at for a period that has begun. */
const LOOK_MS = 100;

interface WatchedBoard {
  readonly period: BoardPeriod;
  readonly cache: BoardCache;
  readonly channels: Channels;
  /** Who watches what, to move to the channels of the next period. */
  readonly members: Map<Subscriber, Set<BoardChannelName>>;
}

export interface BoardsChannelsOptions extends ChannelsOptions {
  readonly boards: Boards;
  readonly leaderboards: Leaderboards;
}

/**
 * The channels of all boards. A board other than `global` is read only while somebody watches it. When its next period begins, or counts from another moment,
 * everybody moves to new channels, and gets its state at once.
 */
export class BoardsChannels {
  private readonly global: Channels;
  private readonly watched = new Map<string, WatchedBoard>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: BoardsChannelsOptions) {
    this.global = new Channels(options);
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Whether there is such a board. */
  isBoard(board: string): boolean {
    return this.periodOf(board) !== undefined;
  }

  join(subscriber: Subscriber, channel: ChannelName): void {
    const [name, board] = splitChannel(channel);
    if (board === undefined) return this.global.join(subscriber, name);
    const watched = this.watched.get(board) ?? this.watch(board);
    if (!watched) return; // it was removed meanwhile
    watched.members.set(subscriber, (watched.members.get(subscriber) ?? new Set()).add(name));
    watched.channels.join(subscriber, name);
  }

  leave(subscriber: Subscriber, channel: ChannelName): void {
    const [name, board] = splitChannel(channel);
    if (board === undefined) return this.global.leave(subscriber, name);
    const watched = this.watched.get(board);
    if (!watched?.members.get(subscriber)?.delete(name)) return;
    watched.channels.leave(subscriber, name);
    if (!watched.members.get(subscriber)!.size) watched.members.delete(subscriber);
    if (!watched.members.size) this.end(board, watched);
  }

  close(): void {
    clearInterval(this.timer);
    this.global.close();
    for (const [board, watched] of this.watched) this.end(board, watched);
  }

  private look(): void {
    for (const [board, watched] of this.watched) {
      const period = this.periodOf(board);
      if (period && (period.key !== watched.period.key || period.countsFrom !== watched.period.countsFrom)) this.move(board, watched, period);
    }
  }

  private move(board: string, watched: WatchedBoard, period: BoardPeriod): void {
    this.end(board, watched);
    const next = this.watch(board, period, watched.members)!;
    for (const [subscriber, names] of next.members) for (const name of names) next.channels.join(subscriber, name);
  }

  private watch(board: string, period = this.periodOf(board), members: WatchedBoard['members'] = new Map()): WatchedBoard | undefined {
    if (!period) return undefined;
    const leaderboard = this.options.leaderboards.of(period.key);
    // The events of this process are about the board `global`.
    const events = new ScoreboardEvents();
    const cache = new BoardCache(leaderboard, this.options.leaderboards.feedOf(period.key), events, this.options.users);
    cache.start();
    const channels = new Channels({ ...this.options, events, leaderboard, boardCache: cache, label: labelOf(period) });
    const watched = { period, cache, channels, members };
    this.watched.set(board, watched);
    return watched;
  }

  private end(board: string, { cache, channels }: WatchedBoard): void {
    this.watched.delete(board);
    channels.close();
    void cache.stop();
  }

  /** The current period; of a season that is over, that of the season. */
  private periodOf(board: string): BoardPeriod | undefined {
    try {
      return this.options.boards.find(board);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}

const labelOf = ({ board, id, countsFrom }: BoardPeriod): BoardLabel => ({ board, period: id, ...(countsFrom !== undefined && { countsFrom: new Date(countsFrom).toISOString() }) });
