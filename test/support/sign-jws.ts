import { constants, createHmac, createSecretKey, type KeyObject, sign } from 'node:crypto';

const encode = (part: object | string): string => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

export interface JwsHeader {
  readonly alg: string;
  readonly [name: string]: unknown;
}

/**
 * Creates a token with any header and claims, signed with the header's algorithm even if it does not fit the key. Uses Node's own
 * cryptography, so that the tests do not depend on the library under test.
 */
export function signJws(header: JwsHeader, claims: object | string, key: KeyObject | string): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${signature(header.alg, Buffer.from(signed), typeof key === 'string' ? createSecretKey(Buffer.from(key)) : key).toString('base64url')}`;
}

function signature(alg: string, signed: Buffer, key: KeyObject): Buffer {
  const hash = `sha${alg.slice(2, 5)}`;
  if (alg.startsWith('HS')) return createHmac(hash, key).update(signed).digest();
  if (alg.startsWith('PS')) return sign(hash, signed, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
  if (alg.startsWith('Ed')) return sign(null, signed, key);
  return sign(hash, signed, { key, dsaEncoding: 'ieee-p1363' });
}
