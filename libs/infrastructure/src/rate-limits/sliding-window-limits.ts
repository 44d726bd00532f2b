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

/** Limits of a `SlidingWindowLimits`. */
export interface SlidingWindowOptions {
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** The counts shared by all processes; without it, each process counts on its own. */
  readonly shared?: SharedRateCounters;
}

/**
 * Approximates the sliding window by two fixed ones: the previous window counts in proportion to the part of it that the sliding
 * window still covers. The error is a few percent, and a caller needs three numbers. At most 100,000 callers are remembered; the
 * least recently seen is dropped first.
 */
export class SlidingWindowLimits extends RequestLimits {
  // Not `max`, which would reserve room for all of them at once.
  private readonly windows = new LRUCache<string, Window>({ maxSize: 100_000, sizeCalculation: () => 1 });

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
      if ((this.windows.get(key)?.index ?? index) > index) return; // the window has ended meanwhile
      const held = this.windowAt(key, index);
      // Counts only increase within a window, so hits counted here survive an outage or data loss of Redis.
      held.current = Math.max(held.current, current);
      held.previous = Math.max(held.previous, previous);
    });
  }

  private windowAt(key: string, index: number): Window {
    const known = this.windows.get(key);
    const window = known ?? { index, current: 0, previous: 0 };
    // The shared clock is only known to a few milliseconds: a step back across a boundary must not start a window again.
    if (window.index !== index && window.index !== index + 1) {
      window.previous = window.index === index - 1 ? window.current : 0;
      window.current = 0;
      window.index = index;
    }
    if (!known) this.windows.set(key, window);
    return window;
  }
}

/** Long keys are stored as a hash, so that every caller takes the same amount of memory. */
const bounded = (key: string): string => (key.length <= LONGEST_KEY ? key : `sha256:${createHash('sha256').update(key).digest('base64url')}`);

/** The time until one more request is allowed, as a fraction of a window. */
function partUntilFree({ current, previous }: Window, limit: number, elapsed: number): number {
  const free = limit - 1 - current;
  // In this window, the weight of the previous window decreases; in the next window, that of this one.
  if (free >= 0 && previous > 0) return Math.max(0, 1 - free / previous - elapsed);
  return 1 - elapsed + Math.max(0, 1 - (limit - 1) / Math.max(current, 1));
}
