import { type ErrorReporter, type BoardCache, type Profile, PushThrottle, type ShownEntry, type ShowUsers, type Subscriber } from '@scoreboard/application';
import type { Board, Leaderboard, Place, ScoreboardEvents } from '@scoreboard/domain';
import { BoardChannel } from './board.channel';
import { type BoardLabel, eventOf, labeled } from './board-label';
import { type BoardChannelName, isPersonal, topCount } from './channel-name';
import { KeyedChannel } from './keyed.channel';
import type { ConflatingBuffer } from './conflating-buffer';

/** How often every state is read, changed or not: a rank changes without its user's score, and a change notification may be lost. */
const SWEEP_MS = 5_000;
const AROUND_INTERVAL_MS = 1_000;
const AROUND_RADIUS = 5;
/** The most users in one read, so that no read delays others for long. */
const PLACES_PER_READ = 1_000;

type Me = Pick<Place, 'userId' | 'score' | 'rank'> & Profile;
/** The revision of a board that is not newer than the entries. */
type Top = Pick<Board, 'revision' | 'entries'>;

export interface ChannelsOptions {
  readonly boardCache: BoardCache;
  readonly leaderboard: Leaderboard;
  readonly users: ShowUsers;
  readonly buffer: ConflatingBuffer;
  readonly errors: ErrorReporter;
  readonly events: ScoreboardEvents;
  readonly pushIntervalMs: number;
  /** Absent for the board `global`. */
  readonly label?: BoardLabel;
}

/** The channels of one board. A subscriber gets a channel's state at once when it joins. Personal channels require that the subscriber has a user. */
export class Channels {
  private readonly board: BoardChannel;
  private readonly me: KeyedChannel<string, Me>;
  private readonly around: KeyedChannel<string, readonly ShownEntry[]>;
  private readonly top: KeyedChannel<number, Top>;
  private readonly aroundThrottle = new PushThrottle(() => this.around.markChanged(), AROUND_INTERVAL_MS);
  private readonly endings: (() => void)[];

  constructor(private readonly options: ChannelsOptions) {
    const { boardCache, buffer, errors, events, pushIntervalMs, label } = options;
    const present = <T extends object>(state: T) => labeled(state, label);
    this.board = new BoardChannel(boardCache, buffer, events, pushIntervalMs, label);
    this.me = new KeyedChannel({ event: () => eventOf('scores:me', label), read: (userIds) => this.readPlaces(userIds), present, pushIntervalMs }, buffer, errors);
    this.around = new KeyedChannel({ event: () => eventOf('around:me', label), read: (userIds) => this.readAround(userIds), present, pushIntervalMs }, buffer, errors);
    this.top = new KeyedChannel(
      { event: (count) => eventOf(`top:${count}`, label), read: (counts) => this.readTops(counts), dedupeKey: (top) => top.entries, present, pushIntervalMs },
      buffer,
      errors,
    );
    const sweep = setInterval(() => this.markAllChanged(), SWEEP_MS).unref();
    this.endings = [() => clearInterval(sweep), boardCache.onScores((userIds) => this.hear(userIds))];
  }

  join(subscriber: Subscriber, channel: BoardChannelName): void {
    if (channel === 'scores:top') this.board.join(subscriber);
    else if (isPersonal(channel)) this.personal(channel).join(subscriber, userOf(subscriber)!);
    else this.top.join(subscriber, topCount(channel));
  }

  leave(subscriber: Subscriber, channel: BoardChannelName): void {
    const userId = userOf(subscriber);
    if (channel === 'scores:top') this.board.leave(subscriber);
    else if (!isPersonal(channel)) this.top.leave(subscriber, topCount(channel));
    else if (userId !== undefined) this.personal(channel).leave(subscriber, userId);
  }

  close(): void {
    for (const end of this.endings) end();
    this.aroundThrottle.stop();
    for (const part of [this.board, this.me, this.around, this.top]) part.close();
  }

  private personal(channel: BoardChannelName): Pick<KeyedChannel<string, unknown>, 'join' | 'leave'> {
    return channel === 'scores:me' ? this.me : this.around;
  }

  private hear(userIds: readonly string[]): void {
    if (!userIds.length) return this.markAllChanged();
    this.me.markChanged(userIds);
    this.top.markChanged();
    this.aroundThrottle.request();
  }

  private markAllChanged(): void {
    this.me.markChanged();
    this.top.markChanged();
    this.aroundThrottle.request();
  }

  private async readPlaces(userIds: readonly string[]): Promise<readonly Me[]> {
    const places: (Place | undefined)[] = [];
    for (let i = 0; i < userIds.length; i += PLACES_PER_READ) {
      places.push(...(await this.options.leaderboard.places(userIds.slice(i, i + PLACES_PER_READ))));
    }
    return this.options.users.entries(userIds.map((userId, i) => ({ userId, score: places[i]?.score ?? 0, rank: places[i]?.rank ?? null })));
  }

  private readAround(userIds: readonly string[]): Promise<(readonly ShownEntry[])[]> {
    const { leaderboard, users } = this.options;
    return Promise.all(userIds.map(async (userId) => users.entries(await leaderboard.around(userId, AROUND_RADIUS))));
  }

  /** One read for all: the first n are also the first of any larger n. */
  private async readTops(counts: readonly number[]): Promise<Top[]> {
    const revision = this.options.boardCache.current()?.revision ?? 0;
    const entries = await this.options.users.entries(await this.options.leaderboard.top(Math.max(...counts)));
    return counts.map((count) => ({ revision, entries: entries.slice(0, count) }));
  }
}

/** The user whose personal channels a subscriber may join; undefined without a token, or if the token names no user. */
export const userOf = ({ handle }: Subscriber): string | undefined => handle.identity?.userId;
