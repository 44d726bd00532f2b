/** The request that something comes from: for whoever follows a point on its way, and of no meaning for what becomes of it. */
export interface Trace {
  /** The request's id, which is the trace id of W3C Trace Context: 32 hex digits in lower case, not all 0. */
  readonly id: string;
  /** The step of the trace that led here, 16 hex digits; only where the trace is recorded. */
  readonly spanId?: string;
}

const ID = /^(?!0{32})[\da-f]{32}$/;
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/;

/** The trace as far as it is one: undefined for an id of another form, and without a step of another form. Nothing fails for it. */
export function validTrace(trace: Trace | undefined): Trace | undefined {
  if (!trace || !ID.test(trace.id)) return undefined;
  return trace.spanId === undefined || SPAN_ID.test(trace.spanId) ? trace : { id: trace.id };
}
