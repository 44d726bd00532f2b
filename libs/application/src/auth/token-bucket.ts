export interface TokenBucketOptions {
  /** How much is allowed at once. */
  readonly burst: number;
  /** How much is allowed in the long run. */
  readonly perSecond: number;
}

/** A token bucket: allows `burst` at once and `perSecond` in the long run. O(1), no timer. */
export class TokenBucket {
  private left: number;
  private at = performance.now();

  constructor(private readonly options: TokenBucketOptions) {
    this.left = options.burst;
  }

  /** Takes `cost`; false, and nothing is taken, where less is left. */
  take(cost = 1): boolean {
    const { burst, perSecond } = this.options;
    const now = performance.now();
    this.left = Math.min(burst, this.left + ((now - this.at) / 1_000) * perSecond);
    this.at = now;
    if (this.left < cost) return false;
    this.left -= cost;
    return true;
  }
}
