import type { KeyObject } from 'node:crypto';

/** The `iss` of tokens that this product signs with `JWT_PRIVATE_KEY`. */
export const OWN_ISSUER = 'scoreboard';

/** The error for a key that supports none of the algorithms below. */
export const KEY_FORM = 'must be an RSA key of at least 2048 bits, an EC key on the curve P-256, P-384 or P-521, or an Ed25519 key';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const BY_CURVE: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
/** The names in RFC 8037 and in RFC 9864. */
const ED25519 = ['EdDSA', 'Ed25519'];

/** The algorithms (RFC 7518) of a public or private key, by its type, length and curve; empty for an unsupported key. We sign with the first. */
export function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  if (asymmetricKeyType === 'rsa') return asymmetricKeyDetails!.modulusLength! >= 2_048 ? RSA : [];
  if (asymmetricKeyType === 'ec') return [BY_CURVE[asymmetricKeyDetails!.namedCurve!] ?? []].flat();
  return asymmetricKeyType === 'ed25519' ? ED25519 : [];
}
