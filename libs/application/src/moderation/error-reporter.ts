/**
 * Where a fault is reported that costs the caller nothing because another mechanism mends it; it is counted and logged,
 * never silent. `what` is a short fixed phrase, one for each place.
 */
export abstract class ErrorReporter {
  abstract report(what: string, error: unknown): void;
}
