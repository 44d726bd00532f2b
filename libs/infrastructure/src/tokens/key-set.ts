import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { algorithmsOf } from '@scoreboard/infrastructure/config';
import { z } from 'zod';
import type { VerificationKey } from './key-source';

export interface KeySetContent {
  readonly keys: readonly VerificationKey[];
  /** One line for each key that cannot be used: which one, and why. */
  readonly leftOut: readonly string[];
}

/** RFC 7517, with an upper bound on the number of keys. */
const keySetSchema = z.object({ keys: z.array(z.unknown()).max(100) });

const EXPOSED = 'it is private or symmetric and must not be published';

const jwkSchema = z.looseObject(
  {
    kty: z.enum(['RSA', 'EC', 'OKP', 'oct'], 'its kty is not supported').refine((kty) => kty !== 'oct', EXPOSED),
    d: z.undefined(EXPOSED).optional(),
    kid: z.string('its kid is not a string').nullish(),
    use: z.literal('sig', 'its use is not sig').nullish(),
    key_ops: z.array(z.unknown(), 'its key_ops are not a list').refine((operations) => operations.includes('verify'), 'its key_ops do not include verify').nullish(),
    alg: z.string('its alg is not a string').nullish(),
  },
  'it is not an object',
);

/**
 * Parses a provider's key set (RFC 7517). Keys that cannot verify a token are left out, as section 5 requires: keys for encryption,
 * of another type, too short, malformed, private, or duplicate. A key without `alg` supports every algorithm of its type.
 *
 * Throws if the document is not a key set.
 */
export function readKeySet(document: unknown): KeySetContent {
  const { data } = keySetSchema.safeParse(document);
  if (!data) throw new Error('the response is not a key set: expected {"keys": [...]} with at most 100 keys');
  const keys: VerificationKey[] = [];
  const leftOut: string[] = [];
  for (const jwk of data.keys) {
    const found = readJwk(jwk);
    if (typeof found === 'string') leftOut.push(`key ${nameOf(jwk)}: ${found}`);
    else if (keys.some((key) => isSameKey(key, found))) leftOut.push(`key ${nameOf(jwk)}: it is a duplicate`);
    else keys.push(found);
  }
  return { keys, leftOut };
}

/** Whether both are the same key with the same `kid` and algorithms. */
export const isSameKey = (one: VerificationKey, other: VerificationKey): boolean =>
  one.id === other.id && String(one.algorithms) === String(other.algorithms) && (one.key as KeyObject).equals(other.key as KeyObject);

/** A key, or why it cannot be used. */
function readJwk(value: unknown): VerificationKey | string {
  const { data: jwk, error } = jwkSchema.safeParse(value);
  if (!jwk) return error.issues[0]!.message;
  const key = importKey(jwk);
  if (!key) return 'it is malformed or its curve is not supported';
  const fitting = algorithmsOf(key);
  if (!fitting.length) return 'its length or curve is not supported';
  if (jwk.alg && !fitting.includes(jwk.alg)) return 'its alg does not match its type';
  // Ed25519 has two algorithm names for one algorithm. An RSA key with an `alg` is only used with that one.
  const algorithms = jwk.alg && jwk.kty !== 'OKP' ? [jwk.alg] : fitting;
  return jwk.kid ? { id: jwk.kid, algorithms, key } : { algorithms, key };
}

function importKey(jwk: object): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined; // a type or curve that Node does not support, or not a key at all
  }
}

function nameOf(jwk: unknown): string {
  const kid = typeof jwk === 'object' && jwk !== null && 'kid' in jwk ? jwk.kid : undefined;
  return typeof kid === 'string' ? JSON.stringify(kid.slice(0, 64)) : 'without a kid';
}
