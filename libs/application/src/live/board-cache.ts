import { type Board, Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { BoardFeed, type ScoresChanged } from './board-feed';

/** How often the leaderboard is read to mend hints that were lost. */
const READ_INTERVAL_MS = 500;

/** A board is fresh where a read that worked began no longer ago than this. */
const FRESH_MS = 2_000;

/**
 * The newest board, in this process's memory: read from the leaderboard when the feed hints at a newer one, and every half second.
 *
 * A hint is believed in nothing but that it is worth a look: what no leaderboard confirms is never shown. Only ever moves to a higher
 * revision, in whatever order reads end. While the leaderboard or the feed is away it keeps the last board, tries again at every
 * interval and counts what failed.
 */
export class BoardCache {
  /** Reads that failed since the start. */
  failedReads = 0;
  /** Attempts to subscribe to the feed that failed since the start. */
  failedSubscriptions = 0;

  private board?: Board;
  private readAt = -Infinity;
  private reading?: Promise<void>;
  private nextReading?: Promise<void>;
  private subscribing?: Promise<void>;
  private unsubscribe?: () => Promise<void>;
  private isStopped = false;
  private timer?: NodeJS.Timeout;
  private readonly boardListeners = new Set<(board: Board) => void>();
  private readonly freshnessListeners = new Set<(isFresh: boolean) => void>();
  private wasFresh = false;
  private readonly waiters = new Set<() => void>();
  private readonly scoresListeners = new Set<(userIds: readonly string[]) => void>();

  constructor(
    private readonly leaderboard: Leaderboard,
    private readonly feed: BoardFeed,
    private readonly events: ScoreboardEvents,
  ) {}

  /** Subscribes and reads, now and until both work; never fails. */
  start(): void {
    const look = () => {
      this.subscribing ??= this.subscribe().catch(() => {
        this.failedSubscriptions++;
        this.subscribing = undefined; // tried again at the next look, as a failed read is
      });
      void this.refresh().catch(() => undefined); // counted, and read again at the next look
      this.tellFreshness();
    };
    look();
    this.timer = setInterval(look, READ_INTERVAL_MS);
  }

  /** Does not wait for a server that is away. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    for (const settle of this.waiters) settle();
    await this.unsubscribe?.();
  }

  current(): Board | undefined {
    return this.board;
  }

  /** Whether the leaderboard answered within the last two seconds. */
  isFresh(): boolean {
    return performance.now() - this.readAt <= FRESH_MS;
  }

  /** Whether the board is fresh, or becomes so within `withinMs`: a server that is just back, or a process that was paused, is read within half a second. */
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

  /** Resolves when the board shows at least what the leaderboard held at this call; throws what the read threw. Concurrent calls share a read. */
  refresh(): Promise<void> {
    if (!this.reading) return (this.reading = this.read().finally(() => (this.reading = undefined)));
    // The read under way may have begun before the change that this caller wants to see: whoever comes meanwhile shares the next one.
    const again = () => {
      this.nextReading = undefined;
      return this.refresh();
    };
    return (this.nextReading ??= this.reading.then(again, again));
  }

  /** Calls `listener` with each newer board from now on; returns a function that ends it. */
  onBoard(listener: (board: Board) => void): () => void {
    this.boardListeners.add(listener);
    return () => this.boardListeners.delete(listener);
  }

  /** Calls `listener` from now on when the board is fresh no more, at most half a second late, and when it is again; returns a function that ends it. */
  onFreshness(listener: (isFresh: boolean) => void): () => void {
    this.freshnessListeners.add(listener);
    return () => this.freshnessListeners.delete(listener);
  }

  /** Calls `listener` with the users of each hint from now on (none of them where everything may have changed); returns a function that ends it. */
  onScores(listener: (userIds: readonly string[]) => void): () => void {
    this.scoresListeners.add(listener);
    return () => this.scoresListeners.delete(listener);
  }

  private async read(): Promise<void> {
    const begunAt = performance.now();
    try {
      this.adopt(await this.leaderboard.board());
      this.readAt = begunAt; // not now: an answer that waited while this process was paused is as old as its question
      this.tellFreshness();
      for (const settle of this.waiters) settle();
    } catch (error) {
      this.failedReads++;
      throw error;
    }
  }

  private async subscribe(): Promise<void> {
    const unsubscribe = await this.feed.subscribe((change) => this.hear(change));
    if (this.isStopped) await unsubscribe();
    else this.unsubscribe = unsubscribe;
  }

  private hear({ board, userIds, at, traces }: ScoresChanged): void {
    if (traces && board) this.events.emit('board.announced', { board, traces });
    if (board && board.revision > this.revision) void this.look(board.revision, at);
    for (const listener of this.scoresListeners) listener(userIds);
  }

  private async look(revision: number, at: number | undefined): Promise<void> {
    await this.refresh().catch(() => undefined); // counted, and read again within half a second
    if (at !== undefined && this.revision >= revision) this.events.emit('board.received', { revision, seconds: Math.max(0, Date.now() - at) / 1_000 });
  }

  private get revision(): number {
    return this.board?.revision ?? -1;
  }

  private tellFreshness(): void {
    const isFresh = this.isFresh();
    if (isFresh === this.wasFresh) return;
    this.wasFresh = isFresh;
    for (const listener of this.freshnessListeners) listener(isFresh);
  }

  private adopt(board: Board): void {
    if (board.revision <= this.revision) return;
    this.board = board;
    for (const listener of this.boardListeners) listener(board);
  }
}
