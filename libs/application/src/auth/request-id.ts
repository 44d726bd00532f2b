import { randomBytes } from 'node:crypto';

/** Headers as Node gives them: one that came several times is their values in one. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a caller says of the trace that its request belongs to. */
export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
  /** The caller records the trace. */
  readonly isSampled: boolean;
}

/** W3C Trace Context, section 3.2: a version, the trace id, the caller's step, flags; later versions may add to it. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?=$|-)/;
const TRACEPARENT_LENGTH = 55;

/** 32 hex digits, or the same as a UUID. */
const REQUEST_ID = /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
const ALL_ZERO = /^[0-]+$/;

/** The header `traceparent`; undefined where it is missing or malformed, which is the same. */
export function readTraceparent({ traceparent }: Headers): Traceparent | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (!traceId || (version === '00' && traceparent.length !== TRACEPARENT_LENGTH)) return undefined;
  return { traceId, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

/** The id of a request: the trace id of its `traceparent`, else its `X-Request-Id`, else a new one. */
export const requestIdOf = (headers: Headers): string => readTraceparent(headers)?.traceId ?? readRequestId(headers['x-request-id']) ?? newRequestId();

function readRequestId(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || !REQUEST_ID.test(header) || ALL_ZERO.test(header)) return undefined;
  return header.replaceAll('-', '').toLowerCase();
}

const COUNT = 2 ** 32;
let prefix = '';
let made = 0;

/** 32 hex digits that no other process makes: it asks for random numbers once in four thousand million times. */
export function newRequestId(): string {
  if (made % COUNT === 0) prefix = randomBytes(12).toString('hex');
  return prefix + (made++ % COUNT).toString(16).padStart(8, '0');
}
