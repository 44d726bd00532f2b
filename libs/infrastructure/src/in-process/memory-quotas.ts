import { assertQuotaRequest, type QuotaAnswer, type QuotaRequest, Quotas } from '@scoreboard/application';
import { LRUCache } from 'lru-cache';
import { atMost } from './at-most';

const DAY_MS = 24 * 60 * 60 * 1_000;

interface Counter {
  readonly window: number;
  readonly used: number;
}

/** Limits of a `MemoryQuotas`. */
export interface MemoryQuotasOptions {
  /** Maximum number of counters, and of remembered ids; the least recently used is forgotten first. Default: 100,000, about 40 MB together. */
  readonly max?: number;
  readonly now?: () => number;
}

/** Counts in this process, exactly. A restart forgets what was taken. */
export class MemoryQuotas extends Quotas {
  private readonly counters: LRUCache<string, Counter>;
  private readonly taken: LRUCache<string, true>;
  private readonly now: () => number;

  constructor({ max = 100_000, now = Date.now }: MemoryQuotasOptions = {}) {
    super();
    this.counters = new LRUCache(atMost(max));
    // `ttlResolution: 0` makes the cache use our clock.
    this.taken = new LRUCache({ ...atMost(max), ttl: DAY_MS, ttlResolution: 0, perf: { now } });
    this.now = now;
  }

  async take(request: QuotaRequest): Promise<QuotaAnswer> {
    assertQuotaRequest(request);
    const { name, key, id, amount, limit } = request;
    const counterKey = JSON.stringify([name, key, request.window]);
    const idKey = JSON.stringify([name, key, id]);
    const length = request.window * 1_000;
    const window = Math.floor(this.now() / length);
    const counter = this.counters.get(counterKey);
    let used = counter?.window === window ? counter.used : 0;
    let isTaken = this.taken.has(idKey);
    if (!isTaken && amount <= limit - used) {
      isTaken = true;
      used += amount;
      this.counters.set(counterKey, { window, used });
      this.taken.set(idKey, true);
    }
    return { isTaken, left: Math.max(0, limit - used), resetSeconds: Math.ceil(((window + 1) * length - this.now()) / 1_000) };
  }
}
