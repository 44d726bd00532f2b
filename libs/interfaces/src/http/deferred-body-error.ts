/**
 * The error of a request body that could not be read. It takes the place of the body, and `SchemaPipe` throws it later:
 * the parser runs first, but authentication is checked before the body (401 before 400).
 */
export class DeferredBodyError {
  constructor(
    /** Thrown by `SchemaPipe`. */
    readonly error: Error,
  ) {}
}
