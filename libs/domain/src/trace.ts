/** The request that something comes from: for whoever follows a point on its way, and of no meaning for what becomes of it. */
export interface Trace {
  /** The request's id, which is the trace id of W3C Trace Context: 32 hex digits, not all 0. */
  readonly id: string;
  /** The step of the trace that led here, 16 hex digits; only where the trace is recorded. */
  readonly spanId?: string;
}
