/** A failed connection attempt, which the client retries by itself, or a failed read: what was tried, what came back, and what to do. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(
    message: string,
    /** The HTTP status of the answer, if there was one. */
    readonly status?: number,
  ) {
    super(message);
  }
}
