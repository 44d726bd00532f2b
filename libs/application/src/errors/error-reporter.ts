/**
 * Reports an error that does not affect the caller, because another mechanism recovers from it. It is counted and logged.
 * `what` is a short constant phrase, one per call site.
 */
export abstract class ErrorReporter {
  abstract report(what: string, error: unknown): void;
}
