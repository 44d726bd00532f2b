import { createHash } from 'node:crypto';
import { type ReachedLimit, RequestLimits } from '@scoreboard/application';
import { LRUCache } from 'lru-cache';
import type { SharedRateCounters } from './shared-rate-counters';

const LONGEST_KEY = 100;

interface Window {
  /** Number of the fixed window that `current` counts. */
  index: number;
  current: number;
  previous: number;
}

export interface SlidingWindowOptions {
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Joins the counts of all processes; without it each counts for itself. */
  readonly shared?: SharedRateCounters;
}

/**
 * The last fixed window is weighed by the part of it that the sliding one still covers, which is off by a few in a hundred and
 * needs three numbers a caller. 100,000 callers are remembered at most; the one not seen for longest is forgotten first.
 */
export class SlidingWindowLimits extends RequestLimits {
  private readonly windows = new LRUCache<string, Window>({ max: 100_000 });

  constructor(private readonly options: SlidingWindowOptions = {}) {
    super();
  }

  take(key: string, limit: number, windowMs: number): ReachedLimit | undefined | Promise<ReachedLimit | undefined> {
    if (!limit) return undefined;
    const counted = bounded(key);
    return this.options.shared?.isBehind(counted, limit) ? this.askFirst(counted, limit, windowMs) : this.judge(counted, limit, windowMs);
  }

  private async askFirst(key: string, limit: number, windowMs: number): Promise<ReachedLimit | undefined> {
    const { shared } = this.options;
    while (shared!.isBehind(key, limit)) await shared!.share();
    return this.judge(key, limit, windowMs);
  }

  private judge(key: string, limit: number, windowMs: number): ReachedLimit | undefined {
    const { shared, now: ownClock = Date.now } = this.options;
    const now = shared?.now() ?? ownClock();
    const window = this.windowAt(key, Math.floor(now / windowMs));
    const elapsed = (now % windowMs) / windowMs;
    const used = window.current + window.previous * (1 - elapsed);
    if (used + 1 <= limit) return this.count(key, limit, windowMs, window);
    const resetSeconds = Math.max(1, Math.ceil((partUntilFree(window, limit, elapsed) * windowMs) / 1_000));
    return { limit, windowSeconds: windowMs / 1_000, resetSeconds };
  }

  private count(key: string, limit: number, windowMs: number, window: Window): undefined {
    window.current++;
    this.options.shared?.add(key, windowMs, limit, (index, { current, previous }) => {
      if ((this.windows.get(key)?.index ?? index) > index) return; // it has moved on meanwhile
      const held = this.windowAt(key, index);
      // A count only rises within a window: neither a Redis that lost it nor an outage forgets what passed here.
      held.current = Math.max(held.current, current);
      held.previous = Math.max(held.previous, previous);
    });
  }

  private windowAt(key: string, index: number): Window {
    const known = this.windows.get(key);
    const window = known ?? { index, current: 0, previous: 0 };
    // The common clock is known to some milliseconds: a step back over a border begins no window anew.
    if (window.index !== index && window.index !== index + 1) {
      window.previous = window.index === index - 1 ? window.current : 0;
      window.current = 0;
      window.index = index;
    }
    if (!known) this.windows.set(key, window);
    return window;
  }
}

/** A long key is held as its hash: no caller takes more room than another. */
const bounded = (key: string): string => (key.length <= LONGEST_KEY ? key : `sha256:${createHash('sha256').update(key).digest('base64url')}`);

/** The part of a window after which one more request passes. */
function partUntilFree({ current, previous }: Window, limit: number, elapsed: number): number {
  const free = limit - 1 - current;
  // Within this window the previous one's weight falls; in the next one this one's does.
  if (free >= 0 && previous > 0) return Math.max(0, 1 - free / previous - elapsed);
  return 1 - elapsed + Math.max(0, 1 - (limit - 1) / Math.max(current, 1));
}
