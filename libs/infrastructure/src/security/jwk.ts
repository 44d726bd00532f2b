import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '@scoreboard/application';
import { algorithmOf, type JwtAlgorithm } from '@scoreboard/infrastructure/config';
import { z } from 'zod';
import { algorithmNamed } from './jws';

/** A public key that tokens may be signed with. */
export interface NamedKey {
  readonly keyId: string | undefined;
  readonly algorithm: JwtAlgorithm;
  readonly key: KeyObject;
}

export interface KeySetContent {
  readonly keys: readonly NamedKey[];
  /** Keys in it that should be nobody's to read: a private or a symmetric one. Not taken. */
  readonly exposed: number;
}

/** RFC 7517. More keys than this is no provider of ours. */
const keySetSchema = z.object({ keys: z.array(z.unknown()).max(100) });

const jwkSchema = z.looseObject({
  kty: z.string(),
  kid: z.string().optional(),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.string()).refine((operations) => operations.includes('verify')).optional(),
  alg: z.string().optional(),
});

/**
 * The keys of a provider's key set (RFC 7517) that tokens may be signed with: RS256, ES256 or EdDSA by the key's type. Others
 * are passed over, as section 5 wants it: for encryption, of another type, too short, malformed. Throws where it is no key set.
 */
export function readKeySet(document: unknown): KeySetContent {
  const { keys } = keySetSchema.parse(document);
  return { keys: keys.flatMap((jwk) => readJwk(jwk) ?? []), exposed: keys.filter(isExposed).length };
}

/** A public key for others to verify with, named by its thumbprint (RFC 7638). */
export function publicJwk(key: KeyObject): PublicJwk {
  const members = key.export({ format: 'jwk' }) as Record<string, string>;
  // The members that make the key, and their names in order, are what the thumbprint is defined over.
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1))));
  return { ...members, kid: createHash('sha256').update(canonical).digest('base64url'), use: 'sig', alg: algorithmOf(key)! };
}

function readJwk(value: unknown): NamedKey | undefined {
  const { data: jwk } = jwkSchema.safeParse(value);
  if (!jwk || isExposed(jwk)) return undefined;
  const key = importKey(jwk);
  const algorithm = key && algorithmOf(key);
  if (!algorithm || (jwk.alg !== undefined && algorithmNamed(jwk.alg) !== algorithm)) return undefined;
  return { keyId: jwk.kid, algorithm, key };
}

function importKey(jwk: object): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined; // a type or curve that Node does not know, or no key at all
  }
}

const isExposed = (jwk: unknown): boolean => typeof jwk === 'object' && jwk !== null && ('d' in jwk || 'k' in jwk || ('kty' in jwk && jwk.kty === 'oct'));
