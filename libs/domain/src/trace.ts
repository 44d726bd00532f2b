/** The request that caused something, for logs and traces. It never affects the result. */
export interface Trace {
  /** The request id, which is the trace id of W3C Trace Context: 32 lower-case hex digits, not all 0. */
  readonly id: string;
  /** The span id, 16 lower-case hex digits. Present only if the trace is recorded. */
  readonly spanId?: string;
}

const ID = /^(?!0{32})[\da-f]{32}$/;
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/;

/** Returns the valid part of a trace: undefined if the id is malformed, and without `spanId` if only that is malformed. Never throws. */
export function validTrace(trace: Trace | undefined): Trace | undefined {
  if (!trace || !ID.test(trace.id)) return undefined;
  return trace.spanId === undefined || SPAN_ID.test(trace.spanId) ? trace : { id: trace.id };
}
