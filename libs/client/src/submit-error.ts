/** A problem from the server (RFC 9457). */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly outcome?: 'refused' | 'unknown';
  /** Why an update was rejected, for example `total-limit`. */
  readonly reason?: string;
  /** Of an invalid request: each wrong field. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** What the problem says, for people. */
export const wordsOf = (problem?: Problem): string | undefined =>
  problem?.errors?.map(({ path, message }) => `${path} ${message}`).join('; ') ?? problem?.detail ?? problem?.title;

export interface SubmitFailure {
  readonly idempotencyKey: string;
  readonly outcome: 'refused' | 'unknown';
  readonly status?: number;
  readonly problem?: Problem;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Thrown for an update without a receipt. */
export class SubmitError extends Error {
  override readonly name = 'SubmitError';
  /** Submit again with this key: the update then counts once, whether or not the server had already accepted it. */
  readonly idempotencyKey: string;
  /** `refused`: the update certainly does not count. `unknown`: it may count. */
  readonly outcome: 'refused' | 'unknown';
  /** HTTP status of the last answer; undefined if none came. */
  readonly status?: number;
  /** The server's description of the error; programs use its `type`. */
  readonly problem?: Problem;
  /** In `onRetry`: milliseconds until the next attempt. Otherwise: how long the server asked to wait, if it did. */
  readonly retryAfterMs?: number;

  constructor(message: string, { cause, ...failure }: SubmitFailure) {
    super(message, { cause });
    this.idempotencyKey = failure.idempotencyKey;
    this.outcome = failure.outcome;
    this.status = failure.status;
    this.problem = failure.problem;
    this.retryAfterMs = failure.retryAfterMs;
  }
}
