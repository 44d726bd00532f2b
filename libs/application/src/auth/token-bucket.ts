/** How much a `TokenBucket` lets through. */
export interface TokenBucketOptions {
  /** Maximum cost at once. */
  readonly burst: number;
  /** Sustained cost per second. */
  readonly perSecond: number;
}

/** A token bucket: allows bursts of `burst` and a sustained rate of `perSecond`. O(1), no timer. */
export class TokenBucket {
  private left: number;
  private at = performance.now();

  constructor(private readonly options: TokenBucketOptions) {
    this.left = options.burst;
  }

  /** Takes `cost` tokens. Returns false and takes nothing if fewer are left. */
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
