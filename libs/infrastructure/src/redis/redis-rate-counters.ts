import { RateCounters, type Hits, type WindowCount } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { RedisScript } from './redis-script';
import { within } from './within';

const script = new RedisScript('count-hits');

/** Where a `RedisRateCounters` counts. */
export interface RedisHitCountsOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** Milliseconds that Redis has to answer. Default: 200. */
  readonly answerMs?: number;
}

/** Counts in Redis, by Redis' clock: one script call for all keys, about 120 bytes per key. Keys expire automatically. */
export class RedisRateCounters extends RateCounters {
  /** Redis is blocked for about 1 ms per call. */
  readonly maxKeys = 200;
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly answerMs: number;

  constructor({ client, prefix = 'scoreboard:{global}:', answerMs = 200 }: RedisHitCountsOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.answerMs = answerMs;
  }

  async add(hits: readonly Hits[]): Promise<{ readonly now: number; readonly counts: readonly WindowCount[] }> {
    const keys = hits.map(({ key }) => `${this.prefix}hits:${key}`);
    const args = hits.flatMap(({ windowMs, count }) => [String(windowMs), String(count)]);
    const [now, ...counts] = (await within(this.answerMs, script.run(this.client, keys, args))) as [number, ...number[]];
    return { now, counts: hits.map((_, i) => ({ current: counts[2 * i]!, previous: counts[2 * i + 1]! })) };
  }
}
