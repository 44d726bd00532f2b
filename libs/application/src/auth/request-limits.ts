/** What is limited: updates, reads, new guests, token requests. */
export type LimitName = 'writes' | 'reads' | 'guests' | 'tokens';

/** A limit that a caller has reached. */
export interface ReachedLimit {
  /** Requests in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Whole seconds, 1 or more, after which one more request passes. */
  readonly resetSeconds: number;
}

/**
 * How many requests one caller may make of each kind, in a window that slides.
 *
 * A refused request does not count, so one who waits as long as told gets through. Where processes share their counts, a limit
 * holds for all of them together, to a few in a hundred.
 */
export abstract class RequestLimits {
  /**
   * Counts one more request of `caller`; undefined where it may pass, which without a limit of that name it always may. Never
   * rejects. Mostly answers at once; within 200 ms where other processes must be asked first. O(1).
   */
  abstract take(name: LimitName, caller: string): ReachedLimit | undefined | Promise<ReachedLimit | undefined>;
}
