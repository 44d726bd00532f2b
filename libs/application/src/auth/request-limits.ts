import { Refusal } from '@scoreboard/domain';

/** A limit that a caller has reached. */
export interface ReachedLimit {
  /** Requests in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Whole seconds, 1 or more, after which one more request passes. */
  readonly resetSeconds: number;
}

/**
 * How many requests may be made under one key, in a window that slides.
 *
 * A refused request does not count, so one who waits as long as told gets through. Where processes share their counts, a limit
 * holds for all of them together, to a few in a hundred.
 */
export abstract class RequestLimits {
  /**
   * Counts one more request under `key`, which names the limit and the caller; undefined where it may pass, which with a limit of
   * 0 it always may. Never rejects. Mostly answers at once; within 200 ms where other processes must be asked first. O(1).
   */
  abstract take(key: string, limit: number, windowMs: number): ReachedLimit | undefined | Promise<ReachedLimit | undefined>;
}

/** What a request past the limit of this name is answered. */
export const pastLimit = (name: string, reached: ReachedLimit): Refusal =>
  new Refusal('rate-limited', {
    detail: `${reached.limit} in ${reached.windowSeconds} s at most.`,
    retryAfter: reached.resetSeconds,
    quota: { name, ...reached },
  });
