/** Hits of one key that were let through and are not in the shared count yet. */
export interface Hits {
  /** Stored as it is: no personal data in it. */
  readonly key: string;
  readonly windowMs: number;
  readonly count: number;
}

/** The shared count of one key: in the fixed window that is going on, and in the one before. */
export interface WindowCount {
  readonly current: number;
  readonly previous: number;
}

/**
 * Counts what all processes together let through, in fixed windows by one clock, for limits that they share.
 *
 * It counts and does not judge: who calls decides by what comes back. A key is forgotten two windows after its last hit.
 */
export abstract class RateCounters {
  /** The most keys of one `add`. */
  abstract readonly maxKeys: number;

  /**
   * Adds these hits and tells the counts after that, in the same order, and the time of the common clock in unix milliseconds.
   * Answers or rejects within 200 ms; what was rejected may have been counted all the same.
   */
  abstract add(hits: readonly Hits[]): Promise<{ readonly now: number; readonly counts: readonly WindowCount[] }>;
}
