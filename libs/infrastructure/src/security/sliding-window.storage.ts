import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';
import type { SharedHits } from './shared-hits';

interface Window {
  /** Number of the fixed window that `current` counts. */
  index: number;
  current: number;
  previous: number;
}

/**
 * Counts requests in a sliding window, in this process or, with `shared`, in all together: the last fixed window is weighed by
 * the part of it that the sliding one still covers, which is off by a few in a hundred and needs three numbers a key. Refused
 * requests do not count, so a client that waits as long as it is told gets through.
 */
@Injectable()
export class SlidingWindowStorage implements ThrottlerStorage {
  private readonly windows = new LRUCache<string, Window>({ max: 100_000 });

  constructor(
    private readonly now: () => number = Date.now,
    private readonly shared?: SharedHits,
  ) {}

  async increment(key: string, ttl: number, limit: number) {
    while (this.shared?.isBehind(key, limit)) await this.shared.share();
    const now = this.shared?.now() ?? this.now();
    const window = this.windowAt(key, Math.floor(now / ttl));
    const elapsed = (now % ttl) / ttl;
    const used = window.current + window.previous * (1 - elapsed);
    const isBlocked = used + 1 > limit;
    if (!isBlocked) this.count(key, ttl, limit, window);
    const waitSeconds = Math.max(1, Math.ceil((partUntilFree(window, limit, elapsed) * ttl) / 1_000));
    return { totalHits: Math.ceil(used) + 1, timeToExpire: waitSeconds, isBlocked, timeToBlockExpire: waitSeconds };
  }

  private count(key: string, ttl: number, limit: number, window: Window): void {
    window.current++;
    this.shared?.add(key, ttl, limit, (index, { current, previous }) => {
      if ((this.windows.get(key)?.index ?? index) > index) return; // it has moved on meanwhile
      const held = this.windowAt(key, index);
      // A count only rises within a window: neither a Redis that lost it nor an outage forgets what passed here.
      held.current = Math.max(held.current, current);
      held.previous = Math.max(held.previous, previous);
    });
  }

  private windowAt(key: string, index: number): Window {
    const window = this.windows.get(key) ?? { index, current: 0, previous: 0 };
    // The common clock is known to some milliseconds: a step back over a border begins no window anew.
    if (window.index !== index && window.index !== index + 1) {
      window.previous = window.index === index - 1 ? window.current : 0;
      window.current = 0;
      window.index = index;
    }
    this.windows.set(key, window);
    return window;
  }
}

/** The part of a window after which one more request passes. */
function partUntilFree({ current, previous }: Window, limit: number, elapsed: number): number {
  const free = limit - 1 - current;
  // Within this window the previous one's weight falls; in the next one this one's does.
  if (free >= 0 && previous > 0) return Math.max(0, 1 - free / previous - elapsed);
  return 1 - elapsed + Math.max(0, 1 - (limit - 1) / Math.max(current, 1));
}
