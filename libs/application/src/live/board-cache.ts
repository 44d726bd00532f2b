import { type Board, Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { BoardFeed, type ScoresChanged } from './board-feed';
import { looksSame, type NamedBoard, type ShownBoard, type ShowUsers } from './show-users';

/** How often the leaderboard is read, to recover lost hints. */
const READ_INTERVAL_MS = 500;

/** Hints cause at most one read in this time. Pushes are 50 ms apart by default, so none of them waits for it. */
const HINT_INTERVAL_MS = 20;

/** A board is fresh if the last successful read started at most this many ms ago. */
const FRESH_MS = 2_000;

/**
 * The newest board, in this process's memory. It is read from the leaderboard when the feed announces a newer one, and every 500 ms.
 *
 * A hint only triggers a read: the cache never shows a board that it did not read from the leaderboard. The revision only increases,
 * in whatever order reads finish. While the leaderboard or the feed is unavailable, the cache keeps the last board, retries
 * at every interval and counts the failures.
 */
export class BoardCache {
  /** Failed reads since the start. */
  failedReads = 0;
  /** Failed attempts to subscribe to the feed since the start. */
  failedSubscriptions = 0;

  private board?: NamedBoard;
  /** The revision of the newest read. Above that of `board` if only profiles of others changed since; `ranked`: the part of the leaderboard. */
  private newest = -1;
  private ranked = -1;
  /** The newest version of the profiles that a hint or a read has told. */
  private heard = 0;
  private readAt = -Infinity;
  private reading?: Promise<void>;
  private nextReading?: Promise<void>;
  private subscribing?: Promise<void>;
  private unsubscribe?: () => Promise<void>;
  private isStopped = false;
  private timer?: NodeJS.Timeout;
  private announced?: { readonly revision: number; readonly at?: number };
  private hintTimer?: NodeJS.Timeout;
  private readonly boardListeners = new Set<(board: NamedBoard) => void>();
  private readonly freshnessListeners = new Set<(isFresh: boolean) => void>();
  private wasFresh = false;
  private readonly waiters = new Set<() => void>();
  private readonly scoresListeners = new Set<(userIds: readonly string[]) => void>();

  constructor(
    private readonly leaderboard: Leaderboard,
    private readonly feed: BoardFeed,
    private readonly events: ScoreboardEvents,
    /** Absent: boards have no names. */
    private readonly users?: ShowUsers,
  ) {}

  /** Subscribes and reads now, and retries in the background until both succeed. Never throws. */
  start(): void {
    const poll = () => {
      this.subscribing ??= this.subscribe().catch(() => {
        this.failedSubscriptions++;
        this.subscribing = undefined; // retried at the next interval, like a failed read
      });
      void this.refresh().catch(() => undefined); // counted, and retried at the next interval
      this.tellFreshness();
    };
    poll();
    this.timer = setInterval(poll, READ_INTERVAL_MS);
  }

  /** Does not wait for an unavailable server. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    clearTimeout(this.hintTimer);
    for (const settle of this.waiters) settle();
    await this.unsubscribe?.();
  }

  /** `known`: the revision that a client has. If it is higher only because profiles changed, the board takes the newest revision. */
  current(known = 0): NamedBoard | undefined {
    if (this.board && this.board.revision < known && known <= this.newest) this.board = { ...this.board, revision: this.newest };
    return this.board;
  }

  /** Whether the last successful read started within the last two seconds. */
  isFresh(): boolean {
    return performance.now() - this.readAt <= FRESH_MS;
  }

  /** Resolves with true as soon as the board is fresh, or with false after `withinMs`. After an outage or a pause of the process, the next read starts within 500 ms. */
  becomesFresh(withinMs: number): Promise<boolean> {
    if (this.isFresh()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.waiters.delete(settle);
        resolve(this.isFresh());
      };
      const timer = setTimeout(settle, withinMs);
      this.waiters.add(settle);
    });
  }

  /** Resolves when the cache holds at least what the leaderboard held at this call. Rejects if the read fails. Concurrent calls share a read. */
  refresh(): Promise<void> {
    if (!this.reading) return (this.reading = this.read().finally(() => (this.reading = undefined)));
    // The current read may have started before the change that this caller wants to see, so callers share the next one.
    const again = () => {
      this.nextReading = undefined;
      return this.refresh();
    };
    return (this.nextReading ??= this.reading.then(again, again));
  }

  /** Calls `listener` with each newer board. Returns a function that removes the listener. */
  onBoard(listener: (board: NamedBoard) => void): () => void {
    this.boardListeners.add(listener);
    return () => this.boardListeners.delete(listener);
  }

  /** Calls `listener` when the board becomes stale (up to 500 ms late) or fresh again. Returns a function that removes the listener. */
  onFreshness(listener: (isFresh: boolean) => void): () => void {
    this.freshnessListeners.add(listener);
    return () => this.freshnessListeners.delete(listener);
  }

  /** Calls `listener` with the users of each hint; an empty list means that any user's score or profile may have changed. Returns a function that removes the listener. */
  onScores(listener: (userIds: readonly string[]) => void): () => void {
    this.scoresListeners.add(listener);
    return () => this.scoresListeners.delete(listener);
  }

  private async read(): Promise<void> {
    const begunAt = performance.now();
    try {
      const board = await this.leaderboard.board();
      this.adopt(board, this.users ? await this.users.board(board) : { entries: board.entries, version: 0 });
      this.readAt = begunAt; // the start, not now: if the process was paused during the read, the answer is as old as the request
      this.tellFreshness();
      for (const settle of this.waiters) settle();
    } catch (error) {
      this.failedReads++;
      throw error;
    }
  }

  private async subscribe(): Promise<void> {
    const unsubscribe = await this.feed.subscribe((change) => this.onHint(change));
    if (this.isStopped) await unsubscribe();
    else this.unsubscribe = unsubscribe;
  }

  private onHint({ board, userIds, profiles = 0, at, traces }: ScoresChanged): void {
    if (traces && board) this.events.emit('board.announced', { board, traces });
    if (board && board.revision > this.ranked) this.announced = { revision: board.revision, at: this.announced?.at ?? at };
    if (this.announced || profiles > this.heard) this.readSoon();
    this.heard = Math.max(this.heard, profiles);
    for (const listener of this.scoresListeners) listener(userIds);
  }

  /** Reads now, or once for all hints of the interval. */
  private readSoon(): void {
    if (this.hintTimer || this.isStopped) return;
    const wait = this.readAt + HINT_INTERVAL_MS - performance.now();
    if (wait <= 0) void this.readAnnounced();
    else this.hintTimer = setTimeout(() => void this.readAnnounced(), wait);
  }

  private async readAnnounced(): Promise<void> {
    const { revision = 0, at } = this.announced ?? {};
    this.announced = undefined;
    this.hintTimer = undefined;
    await this.refresh().catch(() => undefined); // counted, and retried within 500 ms
    if (at !== undefined && this.ranked >= revision) this.events.emit('board.received', { revision, seconds: Math.max(0, Date.now() - at) / 1_000 });
  }

  private tellFreshness(): void {
    const isFresh = this.isFresh();
    if (isFresh === this.wasFresh) return;
    this.wasFresh = isFresh;
    for (const listener of this.freshnessListeners) listener(isFresh);
  }

  private adopt({ revision: ranked }: Board, { entries, version }: ShownBoard): void {
    if (ranked + version <= this.newest) return;
    const isChanged = ranked > this.ranked || !looksSame(entries, this.board?.entries ?? []);
    this.newest = ranked + version;
    this.ranked = ranked;
    if (version > this.heard) this.tellLostChange(version);
    if (!isChanged) return; // what nobody would see is not pushed
    this.board = { revision: this.newest, entries };
    for (const listener of this.boardListeners) listener(this.board);
  }

  /** Profiles changed, and the hint that names their users is late or lost. */
  private tellLostChange(version: number): void {
    this.heard = version;
    for (const listener of this.scoresListeners) listener([]);
  }
}
