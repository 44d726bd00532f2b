/** A problem as the server tells it (RFC 9457). */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly outcome?: 'refused' | 'unknown';
  /** Of an update that was rejected: why, as `total-limit`. */
  readonly reason?: string;
}

export interface SubmitFailure {
  readonly idempotencyKey: string;
  readonly outcome: 'refused' | 'unknown';
  readonly status?: number;
  readonly problem?: Problem;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** An update that did not get its receipt. */
export class SubmitError extends Error {
  override readonly name = 'SubmitError';
  /** Submitted again with this key, it counts once whatever became of it. */
  readonly idempotencyKey: string;
  /** `refused`: it surely does not count. `unknown`: it may. */
  readonly outcome: 'refused' | 'unknown';
  /** Of the last answer; undefined where none came. */
  readonly status?: number;
  /** What the server said is wrong; its `type` is for programs. */
  readonly problem?: Problem;
  /** How long the server asked to wait. */
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
