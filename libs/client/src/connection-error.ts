/** A failed connection attempt: what was tried, what came back, and what to do. The client retries by itself. */
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
