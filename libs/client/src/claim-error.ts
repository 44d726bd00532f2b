import type { Problem } from './submit-error.ts';

/** Thrown where the points of a guest were not claimed. To claim again is safe: the points move once. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';

  constructor(
    message: string,
    /** HTTP status of the last answer; undefined if none came. */
    readonly status?: number,
    /** The server's description of the error; programs use its `type`. */
    readonly problem?: Problem,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
