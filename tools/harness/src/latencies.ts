const BUCKET_MS = 0.1;
const BUCKETS = 100_000;

/** A histogram of times with a resolution of 0.1 ms; what takes longer than 10 s counts as 10 s. */
export class Latencies {
  private readonly counts = new Uint32Array(BUCKETS);
  private total = 0;

  add(ms: number): void {
    const bucket = Math.min(Math.floor(ms / BUCKET_MS), BUCKETS - 1);
    this.counts[bucket]! += 1;
    this.total++;
  }

  /** The time, in ms, that `share` (0 to 1) of all did not exceed; NaN of none. */
  quantile(share: number): number {
    let left = this.total * share;
    for (let bucket = 0; bucket < BUCKETS && this.total > 0; bucket++) {
      left -= this.counts[bucket]!;
      if (left <= 0) return (bucket + 1) * BUCKET_MS;
    }
    return NaN;
  }
}
