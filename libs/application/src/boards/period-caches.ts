import { type BoardPeriod, ScoreboardEvents } from '@scoreboard/domain';
import { BoardCache } from '../live/board-cache';
import type { ShowUsers } from '../live/show-users';
import type { Leaderboards } from './leaderboards';

/** The newest boards of periods in this process's memory; each is kept up to date from the first time it is asked for until the period is over. */
export class PeriodCaches {
  private readonly caches = new Map<number, { readonly period: BoardPeriod; readonly cache: BoardCache }>();

  constructor(
    private readonly leaderboards: Leaderboards,
    private readonly users?: ShowUsers,
  ) {}

  /** Undefined for a period that is over: it is rarely read, and may still change by late updates. */
  live(period: BoardPeriod): BoardCache | undefined {
    return isOver(period) ? undefined : (this.caches.get(period.key)?.cache ?? this.start(period));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.caches.values()].map(({ cache }) => cache.stop()));
  }

  private start(period: BoardPeriod): BoardCache {
    const { key } = period;
    const cache = new BoardCache(this.leaderboards.of(key), this.leaderboards.feedOf(key), new ScoreboardEvents(), this.users);
    this.endThoseThatAreOver();
    this.caches.set(key, { period, cache });
    cache.start();
    return cache;
  }

  private endThoseThatAreOver(): void {
    for (const { period, cache } of this.caches.values()) {
      if (!isOver(period)) continue;
      this.caches.delete(period.key);
      void cache.stop();
    }
  }
}

const isOver = ({ end = Infinity }: BoardPeriod): boolean => Date.now() >= end;
