import type { RedisClientType } from 'redis';
import { RedisScript } from './redis-script';
import { within } from './within';

const DAY_SECONDS = 24 * 60 * 60;

/** Maximum number of claims in one call, so that Redis is never blocked for long. */
const MAX_CLAIMS = 200;

const script = new RedisScript('claim-keys');

/** What a key holds: the first value; a number if this was the first claim, 1 if it certainly was. */
export type Claimed = string | number;

interface PendingClaim {
  readonly key: string;
  readonly value: string;
  resolve(claimed: Claimed): void;
  reject(error: unknown): void;
}

/** Sets keys for 24 hours that are not set. The claims of one turn of the event loop are one call, which costs a fraction of a call for each. */
export class KeyClaims {
  private pending: PendingClaim[] = [];

  /** `answerMs`: how long Redis has to answer. */
  constructor(
    private readonly client: RedisClientType,
    private readonly prefix: string,
    private readonly answerMs: number,
  ) {}

  /** `key` without the prefix. Rejects if Redis does not answer in time; the key may be set then. */
  claim(key: string, value: string): Promise<Claimed> {
    return new Promise((resolve, reject) => {
      const count = this.pending.push({ key, value, resolve, reject });
      if (count === 1) setImmediate(() => this.send());
      else if (count === MAX_CLAIMS) this.send();
    });
  }

  private send(): void {
    const claims = this.pending;
    if (!claims.length) return;
    this.pending = [];
    const keys = ['meta', 'forgotten', ...claims.map(({ key }) => key)].map((name) => this.prefix + name);
    within(this.answerMs, script.run(this.client, keys, [String(DAY_SECONDS), ...claims.map(({ value }) => value)])).then(
      (claimed) => claims.forEach((claim, i) => claim.resolve((claimed as readonly Claimed[])[i]!)),
      (error: unknown) => claims.forEach((claim) => claim.reject(error)),
    );
  }
}
