import { createHash } from 'node:crypto';
import { assertQuotaRequest, type QuotaAnswer, type QuotaRequest, Quotas } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { RedisScript } from './redis-script';
import { within } from './within';

const script = new RedisScript('take-quota');

/** Where a `RedisQuotas` counts. */
export interface RedisQuotasOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** Milliseconds that Redis has to answer. Default: 400. */
  readonly answerMs?: number;
  /** Added to Redis' clock, for tests. */
  readonly aheadMs?: () => number;
}

/**
 * Counts in Redis, across all processes, by Redis' clock: one script call per request, about 150 bytes per id for a day and 200 per key. While Redis
 * is unavailable nothing can be taken, because another process may take the same. A loss of Redis forgets what was taken.
 */
export class RedisQuotas extends Quotas {
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly answerMs: number;
  private readonly aheadMs: () => number;

  constructor({ client, prefix = 'scoreboard:{global}:', answerMs = 400, aheadMs = () => 0 }: RedisQuotasOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.answerMs = answerMs;
    this.aheadMs = aheadMs;
  }

  async take(request: QuotaRequest): Promise<QuotaAnswer> {
    assertQuotaRequest(request);
    const { name, key, id, amount, limit, window } = request;
    const keys = [this.keyOf(name, key, window), this.keyOf(name, key, id)];
    const args = [amount, limit, window * 1_000, this.aheadMs()].map(String);
    const [isTaken, used, resetMs] = (await within(this.answerMs, script.run(this.client, keys, args))) as [number, number, number];
    return { isTaken: isTaken === 1, left: Math.max(0, limit - used), resetSeconds: Math.ceil(resetMs / 1_000) };
  }

  /** Below the keys of actions, which the api may read and write. Hashed, so that no key name contains the id of a forgotten user. */
  private keyOf(...parts: readonly (string | number)[]): string {
    return `${this.prefix}action:quota:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;
  }
}
