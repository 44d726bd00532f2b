import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { ErrorReporter, RateCounters, WindowCount } from '@scoreboard/application';

/** What was counted here is told to the others after this time at the latest … */
const SHARE_AFTER_MS = 100;
/** … and at once where it is this part of a limit. */
const SHARE_PART = 1 / 100;
/** With so much untold, the next request of that key waits for an answer: it bounds what all processes let through together. */
const WAIT_PART = 2 / 100;
/** After a failure each process limits for itself for so long. */
const PAUSE_MS = 1_000;

interface Unreported {
  readonly windowMs: number;
  hits: number;
  readonly onCounts: (window: number, count: WindowCount) => void;
}

/**
 * Joins the counts of all processes, mostly behind their backs. One call is on its way at a time, and what was counted
 * meanwhile leaves with the next. Each process lets through 2 in a hundred of a limit at the most, and one request at least,
 * that the others do not know of.
 *
 * While the counts are away, each process has its own alone; what it counted in that time is not told later. Begin and end of
 * such a time are logged once.
 */
export class SharedRateCounters {
  private readonly logger = new Logger('RateLimits');
  private unreported = new Map<string, Unreported>();
  private inFlight = new Map<string, Unreported>();
  private sending?: Promise<void>;
  private isPaused = false;
  private isUnavailable = false;
  private timer?: NodeJS.Timeout;
  /** By which the common clock is ahead of ours. */
  private skewMs = 0;

  constructor(
    private readonly counts: RateCounters,
    private readonly errors: ErrorReporter,
  ) {}

  /** Unix milliseconds by the common clock. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  /** Whether so many hits of this key are untold that `share` must be waited for. */
  isBehind(key: string, limit: number): boolean {
    const hits = (this.unreported.get(key)?.hits ?? 0) + (this.inFlight.get(key)?.hits ?? 0);
    return hits > 0 && hits >= limit * WAIT_PART;
  }

  /** Notes one hit; `onCounts` is told in which fixed window all processes have counted what, with all hits of this key here. */
  add(key: string, windowMs: number, limit: number, onCounts: Unreported['onCounts']): void {
    if (this.isPaused) return;
    const unreported = this.unreported.get(key) ?? { windowMs, hits: 0, onCounts };
    unreported.hits++;
    this.unreported.set(key, unreported);
    if (unreported.hits >= limit * SHARE_PART) void this.share();
    else this.timer ??= setTimeout(() => void this.share(), SHARE_AFTER_MS).unref();
  }

  /** Resolves when what is on its way was answered, or failed; within 200 ms. Never rejects. */
  share(): Promise<void> {
    this.sending ??= this.send().finally(() => {
      this.sending = undefined;
      if (this.unreported.size) void this.share();
    });
    return this.sending;
  }

  private async send(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.inFlight = new Map([...this.unreported].slice(0, this.counts.maxKeys));
    for (const key of this.inFlight.keys()) this.unreported.delete(key);
    try {
      const hits = [...this.inFlight].map(([key, { windowMs, hits: count }]) => ({ key: digest(key), windowMs, count }));
      this.onCounts(await this.counts.add(hits));
      if (this.isUnavailable) this.logger.log('rate limits are shared again');
      this.isUnavailable = false;
    } catch (error) {
      this.pause(error);
    }
    this.inFlight.clear();
  }

  private pause(error: unknown): void {
    if (!this.isUnavailable) this.errors.report('rate limits are counted by each process for itself', error);
    this.isUnavailable = true;
    this.unreported.clear();
    this.isPaused = true;
    setTimeout(() => (this.isPaused = false), PAUSE_MS).unref();
  }

  private onCounts({ now, counts }: Awaited<ReturnType<RateCounters['add']>>): void {
    this.skewMs = now - Date.now();
    [...this.inFlight].forEach(([key, { windowMs, onCounts }], i) => {
      const { current, previous } = counts[i]!;
      onCounts(Math.floor(now / windowMs), { current: current + (this.unreported.get(key)?.hits ?? 0), previous });
    });
  }
}

/** Nobody reads a client's address or a subject where the counts are. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 22);
