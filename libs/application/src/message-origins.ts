import type { ScoreCommand, Trace } from '@scoreboard/domain';

const NO_ID = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/**
 * Where the commands of a message come from, beside the message and in its order: 16 bytes of request id for each, and where
 * one of them is recorded as a trace 8 bytes of span id for each; zeros where there is none. Of unknown form until it is read.
 */
export interface EncodedTraces {
  readonly ids?: unknown;
  readonly spanIds?: unknown;
}

/** Nothing where nothing is known of any. */
export function encodeTraces(commands: readonly ScoreCommand[]): { readonly ids?: Buffer; readonly spanIds?: Buffer } {
  if (!commands.some(({ trace }) => trace)) return {};
  const ids = Buffer.from(commands.map(({ trace }) => trace?.id ?? NO_ID).join(''), 'hex');
  if (!commands.some(({ trace }) => trace?.spanId)) return { ids };
  return { ids, spanIds: Buffer.from(commands.map(({ trace }) => trace?.spanId ?? NO_SPAN).join(''), 'hex') };
}

/** One for each of `count` commands; undefined where that is not what was sent. */
export function readTraces({ ids, spanIds }: EncodedTraces, count: number): readonly (Trace | undefined)[] | undefined {
  if (!Buffer.isBuffer(ids) || ids.length !== count * 16) return undefined;
  const idDigits = ids.toString('hex');
  const spanDigits = Buffer.isBuffer(spanIds) && spanIds.length === count * 8 ? spanIds.toString('hex') : undefined;
  return Array.from({ length: count }, (_, place) => {
    const id = idDigits.slice(place * 32, place * 32 + 32);
    const spanId = spanDigits?.slice(place * 16, place * 16 + 16) ?? NO_SPAN;
    if (id === NO_ID) return undefined;
    return spanId === NO_SPAN ? { id } : { id, spanId };
  });
}
