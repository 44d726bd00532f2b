/** Allowed hits of one key that are not in the shared count yet. */
export interface Hits {
  /** Stored in plain text: must not contain personal data. */
  readonly key: string;
  readonly windowMs: number;
  readonly count: number;
}

/** The shared count of one key, in the current fixed window and in the previous one. */
export interface WindowCount {
  readonly current: number;
  readonly previous: number;
}

/**
 * Counts the hits that all processes together have allowed, in fixed windows by one clock, for shared limits.
 *
 * It only counts; the caller decides. A key is deleted two windows after its last hit.
 */
export abstract class RateCounters {
  /** Maximum number of keys per `add`. */
  abstract readonly maxKeys: number;

  /**
   * Adds hits and returns the new counts, in the same order, and the time of the shared clock in Unix milliseconds.
   * Resolves or rejects within 200 ms; after a rejection the hits may have been counted.
   */
  abstract add(hits: readonly Hits[]): Promise<{ readonly now: number; readonly counts: readonly WindowCount[] }>;
}
