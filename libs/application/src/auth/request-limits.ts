import { Refusal } from '@scoreboard/domain';

/** A limit that a caller has exceeded. */
export interface ReachedLimit {
  /** Allowed requests per window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Whole seconds, at least 1, until the next request is allowed. */
  readonly resetSeconds: number;
}

/**
 * How many requests may be made under one key, in a window that slides.
 *
 * Refused requests do not count, so a caller that waits for the given time is allowed. If processes share their counts, a limit
 * applies to all of them together, accurate to a few percent.
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
