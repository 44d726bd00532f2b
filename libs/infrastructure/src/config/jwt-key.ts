import type { KeyObject } from 'node:crypto';

/** The `iss` of tokens that are signed here with `JWT_PRIVATE_KEY`. */
export const OWN_ISSUER = 'scoreboard';

/** RFC 7518 and, for EdDSA with Ed25519, RFC 8037. */
export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA';

/**
 * The one algorithm that a key is good for, fixed by its type: a secret of at least 32 bytes, RSA of at least 2048 bits,
 * P-256 or Ed25519. Undefined for any other key.
 */
export function algorithmOf(key: KeyObject): JwtAlgorithm | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails, symmetricKeySize } = key;
  if (key.type === 'secret') return symmetricKeySize! >= 32 ? 'HS256' : undefined;
  if (asymmetricKeyType === 'rsa') return asymmetricKeyDetails!.modulusLength! >= 2_048 ? 'RS256' : undefined;
  if (asymmetricKeyType === 'ec') return asymmetricKeyDetails!.namedCurve === 'prime256v1' ? 'ES256' : undefined;
  return asymmetricKeyType === 'ed25519' ? 'EdDSA' : undefined;
}
