import { type BoardPeriod, ScoreboardEvents } from '@scoreboard/domain';
import { BoardCache } from '../live/board-cache';
import type { ShowUsers } from '../live/show-users';
import type { Leaderboards } from './leaderboards';

/** How long after its end a period is still read in the background: what was accepted before may be applied late. */
const AFTER_MS = 60_000;

/** The newest boards of periods in this process's memory; each is kept up to date from the first time it is asked for until the period is over. */
export class PeriodCaches {
  private readonly caches = new Map<number, BoardCache>();

  constructor(
    private readonly leaderboards: Leaderboards,
    private readonly users?: ShowUsers,
  ) {}

  /** Undefined for a period that is over. */
  live({ key, end }: BoardPeriod): BoardCache | undefined {
    const isOver = end !== undefined && Date.now() > end + AFTER_MS;
    const known = this.caches.get(key);
    if (isOver) {
      void known?.stop();
      this.caches.delete(key);
      return undefined;
    }
    return known ?? this.start(key);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.caches.values()].map((cache) => cache.stop()));
  }

  private start(key: number): BoardCache {
    const cache = new BoardCache(this.leaderboards.of(key), this.leaderboards.feedOf(key), new ScoreboardEvents(), this.users);
    this.caches.set(key, cache);
    cache.start();
    return cache;
  }
}
