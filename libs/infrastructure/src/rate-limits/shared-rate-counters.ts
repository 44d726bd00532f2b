import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { ErrorReporter, RateCounters, WindowCount } from '@scoreboard/application';

/** Hits are sent to the shared counts at most this long after the first one … */
const SHARE_AFTER_MS = 100;
/** … and at once when they reach this share of the limit. */
const SHARE_PART = 1 / 100;
/**
 * When the unreported hits of a key reach this share of the limit, its next request waits for the shared counts. This bounds what
 * all processes allow together.
 */
const WAIT_PART = 2 / 100;
/** After a failure, each process counts on its own for this time. */
const PAUSE_MS = 1_000;

interface Unreported {
  readonly windowMs: number;
  hits: number;
  readonly onCounts: (window: number, count: WindowCount) => void;
}

/**
 * Adds the hits of this process to the counts that all processes share, in the background. One call is in flight at a time; hits
 * counted meanwhile are sent with the next one. Each process allows at most 2% of a limit, and at least one request, that the
 * other processes do not know of.
 *
 * While the shared counts are unavailable, each process counts on its own, and these hits are not sent later. The start and the
 * end of an outage are logged once each.
 */
export class SharedRateCounters {
  private readonly logger = new Logger('RateLimits');
  private unreported = new Map<string, Unreported>();
  private inFlight = new Map<string, Unreported>();
  private sending?: Promise<void>;
  private isPaused = false;
  private isUnavailable = false;
  private timer?: NodeJS.Timeout;
  /** How far the shared clock is ahead of ours. */
  private skewMs = 0;

  constructor(
    private readonly counts: RateCounters,
    private readonly errors: ErrorReporter,
  ) {}

  /** The time of the shared clock, in Unix milliseconds. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  /** Whether this key has so many unreported hits that the caller must wait for `share`. */
  isBehind(key: string, limit: number): boolean {
    const hits = (this.unreported.get(key)?.hits ?? 0) + (this.inFlight.get(key)?.hits ?? 0);
    return hits > 0 && hits >= limit * WAIT_PART;
  }

  /** Counts one hit. `onCounts` is called with the number of a fixed window and its shared counts, including all hits of this key here. */
  add(key: string, windowMs: number, limit: number, onCounts: Unreported['onCounts']): void {
    if (this.isPaused) return;
    const unreported = this.unreported.get(key) ?? { windowMs, hits: 0, onCounts };
    unreported.hits++;
    this.unreported.set(key, unreported);
    if (unreported.hits >= limit * SHARE_PART) void this.share();
    else this.timer ??= setTimeout(() => void this.share(), SHARE_AFTER_MS).unref();
  }

  /** Resolves when the call in flight has succeeded or failed, within 200 ms. Never rejects. */
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

/** Keys contain client addresses and subjects, which must not be readable in the shared counts. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 22);
