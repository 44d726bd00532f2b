/** Why there is no connection: what was tried, what came back, and what to do. It is tried again. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(
    message: string,
    /** What the server answered, where it did. */
    readonly status?: number,
  ) {
    super(message);
  }
}
