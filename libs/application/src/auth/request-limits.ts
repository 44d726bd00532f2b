/** The limited request types: updates, reads, new guests, token requests. */
export type LimitName = 'writes' | 'reads' | 'guests' | 'tokens';

/** A limit that a caller has exceeded. */
export interface ReachedLimit {
  /** Allowed requests per window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Whole seconds, at least 1, until the next request is allowed. */
  readonly resetSeconds: number;
}

/**
 * Limits the requests of one caller, per type, in a sliding window.
 *
 * Refused requests do not count, so a caller that waits for the given time is allowed. If processes share their counts, a limit
 * applies to all of them together, accurate to a few percent.
 */
export abstract class RequestLimits {
  /**
   * Counts one request of `caller`. Returns undefined if it is allowed (always, if there is no limit of this name), otherwise the
   * exceeded limit. Never rejects. Usually answers synchronously; within 200 ms if the shared counts are needed. O(1).
   */
  abstract take(name: LimitName, caller: string): ReachedLimit | undefined | Promise<ReachedLimit | undefined>;
}
