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
 * Limits the requests made under one key in a sliding window.
 *
 * Refused requests do not count, so a caller that waits for the given time is allowed. If processes share their counts, a limit
 * applies to all of them together, accurate to a few percent.
 */
export abstract class RequestLimits {
  /**
   * Counts one request under `key`, which names the limit and the caller. Returns undefined if it is allowed; a limit of 0 allows
   * every request. Usually returns at once; if the shared counts must be read first, resolves within 200 ms. Never rejects. O(1).
   */
  abstract take(key: string, limit: number, windowMs: number): ReachedLimit | undefined | Promise<ReachedLimit | undefined>;
}

/** The refusal of a request that exceeds the limit of this name. */
export const pastLimit = (name: string, reached: ReachedLimit): Refusal =>
  new Refusal('rate-limited', {
    detail: `Limit: ${reached.limit} requests per ${reached.windowSeconds} s.`,
    retryAfter: reached.resetSeconds,
    quota: { name, ...reached },
  });
