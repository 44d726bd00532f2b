import { type ScoreCommand, type Trace, validTrace } from '@scoreboard/domain';

const NONE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const NO_TIME = '0'.repeat(12);

/**
 * Where the commands of a message come from, sent as headers in the order of the commands: per command 16 bytes of request id, 8 bytes
 * of span id, 16 bytes of issuer digest and 6 bytes of the time of acceptance in ms. Zeros mean none; a header in which all values would be zero is omitted. Untrusted until
 * `readOrigins` has validated it.
 */
export interface EncodedOrigins {
  readonly ids?: unknown;
  readonly spanIds?: unknown;
  readonly issuers?: unknown;
  readonly times?: unknown;
}

/** A time in ms as 12 hex digits. */
export const encodeTime = (ms: number): string => ms.toString(16).padStart(NO_TIME.length, '0');

type Origin = Pick<ScoreCommand, 'trace' | 'issuerDigest' | 'acceptedAt'>;

/** Omits each field that no command has. Invalid traces are left out. */
export function encodeOrigins(commands: readonly ScoreCommand[]): { readonly ids?: Buffer; readonly spanIds?: Buffer; readonly issuers?: Buffer; readonly times?: Buffer } {
  const traces = commands.map(({ trace }) => validTrace(trace));
  const ids = packed(traces.map((trace) => trace?.id), NONE);
  const spanIds = packed(traces.map((trace) => trace?.spanId), NO_SPAN);
  const issuers = packed(commands.map(({ issuerDigest }) => issuerDigest), NONE);
  const times = packed(commands.map(({ acceptedAt }) => acceptedAt === undefined ? undefined : encodeTime(acceptedAt)), NO_TIME);
  return { ...(ids && { ids }), ...(spanIds && { spanIds }), ...(issuers && { issuers }), ...(times && { times }) };
}

/** Returns one origin per command. A field whose length does not match `count` commands is ignored. */
export function readOrigins({ ids, spanIds, issuers, times }: EncodedOrigins, count: number): readonly Origin[] {
  const found = { ids: unpacked(ids, NONE, count), spanIds: unpacked(spanIds, NO_SPAN, count), issuers: unpacked(issuers, NONE, count), times: unpacked(times, NO_TIME, count) };
  return Array.from({ length: count }, (_, place) => {
    const [id, spanId, issuerDigest, time] = [found.ids?.[place], found.spanIds?.[place], found.issuers?.[place], found.times?.[place]];
    const trace: Trace | undefined = id === undefined ? undefined : { id, ...(spanId !== undefined && { spanId }) };
    return { ...(trace && { trace }), ...(issuerDigest !== undefined && { issuerDigest }), ...(time !== undefined && { acceptedAt: parseInt(time, 16) }) };
  });
}

/** Undefined if no command has a value. */
const packed = (digits: readonly (string | undefined)[], none: string): Buffer | undefined =>
  digits.some((one) => one !== undefined) ? Buffer.from(digits.map((one) => one ?? none).join(''), 'hex') : undefined;

function unpacked(bytes: unknown, none: string, count: number): readonly (string | undefined)[] | undefined {
  const { length } = none;
  if (!Buffer.isBuffer(bytes) || bytes.length * 2 !== count * length) return undefined;
  const all = bytes.toString('hex');
  return Array.from({ length: count }, (_, place) => all.slice(place * length, (place + 1) * length)).map((one) => (one === none ? undefined : one));
}
