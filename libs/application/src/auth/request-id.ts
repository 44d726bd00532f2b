import { randomBytes } from 'node:crypto';

/** Headers as Node provides them: the values of a repeated header are joined. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The trace that a request belongs to, as sent by the caller. */
export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
  /** The caller records the trace. */
  readonly isSampled: boolean;
}

/** W3C Trace Context, section 3.2: version, trace id, span id of the caller, flags. Later versions may append fields. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?=$|-)/;
const TRACEPARENT_LENGTH = 55;

/** 32 hex digits, optionally formatted as a UUID. */
const REQUEST_ID = /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
const ALL_ZERO = /^[0-]+$/;

/** Parses the header `traceparent`; undefined if it is missing or malformed. */
export function readTraceparent({ traceparent }: Headers): Traceparent | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (!traceId || (version === '00' && traceparent.length !== TRACEPARENT_LENGTH)) return undefined;
  return { traceId, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

/** The request id: the trace id of `traceparent`, otherwise `X-Request-Id`, otherwise a new id. */
export const requestIdOf = (headers: Headers): string => readTraceparent(headers)?.traceId ?? readRequestId(headers['x-request-id']) ?? newRequestId();

function readRequestId(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || !REQUEST_ID.test(header) || ALL_ZERO.test(header)) return undefined;
  return header.replaceAll('-', '').toLowerCase();
}

const COUNT = 2 ** 32;
let prefix = '';
let made = 0;

/** A unique id of 32 hex digits: a random prefix and a counter. The prefix is renewed every 2^32 ids. */
export function newRequestId(): string {
  if (made % COUNT === 0) prefix = randomBytes(12).toString('hex');
  return prefix + (made++ % COUNT).toString(16).padStart(8, '0');
}
