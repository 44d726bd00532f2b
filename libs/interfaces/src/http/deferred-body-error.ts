/**
 * A request body that could not be read, kept in the body's place until its turn comes: who may is asked before
 * what was sent (401 before 400), and the parser runs before both.
 */
export class DeferredBodyError {
  constructor(
    /** What to throw then. */
    readonly error: Error,
  ) {}
}
