import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import { Refusal } from '@scoreboard/domain';
import { algorithmOf, type JwtAlgorithm } from '@scoreboard/infrastructure/config';

export type Claims = Readonly<Record<string, unknown>>;

export interface JwsHeader {
  readonly algorithm: JwtAlgorithm;
  readonly keyId?: string;
}

/** A signed token as it was sent: nothing in it is true before `isSignedWith` says so. */
export interface Jws {
  readonly header: JwsHeader;
  readonly claims: Claims;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/**
 * Reads a token in the compact form (RFC 7515, section 7.1). Of its header `alg` and `kid` are read and nothing else: a
 * token never says where a key is (`jku`, `x5u`) nor brings one (`jwk`, `x5c`).
 *
 * Throws `unauthenticated` for anything else, also an unknown `alg` and any extension that `crit` says must be known.
 */
export function readJws(token: string): Jws {
  const parts = token.split('.');
  if (parts.length !== 3) throw unauthenticated('The token is no signed JWT: three parts, with dots between.');
  const [header, claims, signature] = parts as [string, string, string];
  return {
    header: readHeader(decodeObject(header)),
    claims: decodeObject(claims),
    signed: Buffer.from(`${header}.${claims}`),
    signature: decode(signature),
  };
}

/** Whether this key signed it, by the one algorithm that the key is good for (RFC 8725, section 3.1). */
export function isSignedWith(key: KeyObject, { header, signed, signature }: Jws): boolean {
  if (header.algorithm !== algorithmOf(key)) return false;
  if (header.algorithm === 'HS256') {
    const expected = createHmac('sha256', key).update(signed).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }
  return verify(digestOf(header.algorithm), signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** The token of these claims, signed with a secret or a private key. `keyId` is told where given. */
export function signJws(claims: Claims, key: KeyObject, keyId?: string): string {
  const algorithm = algorithmOf(key)!; // the settings let no other key in
  const signed = `${encode({ alg: algorithm, typ: 'JWT', kid: keyId })}.${encode(claims)}`;
  const signature =
    algorithm === 'HS256'
      ? createHmac('sha256', key).update(signed).digest()
      : sign(digestOf(algorithm), Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

export const unauthenticated = (detail: string) => new Refusal('unauthenticated', { detail });

const ALGORITHMS: Readonly<Record<string, JwtAlgorithm>> = {
  HS256: 'HS256',
  RS256: 'RS256',
  ES256: 'ES256',
  EdDSA: 'EdDSA',
  Ed25519: 'EdDSA', // its newer name, RFC 9864
};

/** The algorithm of that name; undefined for one that is not known here. */
export const algorithmNamed = (name: unknown): JwtAlgorithm | undefined =>
  typeof name === 'string' && Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;

function readHeader({ alg, kid, crit }: Claims): JwsHeader {
  const algorithm = algorithmNamed(alg);
  if (!algorithm) throw unauthenticated('The token is signed with an algorithm that is not known here.');
  if (crit !== undefined) throw unauthenticated('The token asks for an extension that is not known here.');
  return typeof kid === 'string' ? { algorithm, keyId: kid } : { algorithm };
}

/** Ed25519 has its hash built in. */
const digestOf = (algorithm: JwtAlgorithm) => (algorithm === 'EdDSA' ? null : 'sha256');

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Node skips what is no base64url; a token that is not written exactly as its bytes are is refused. */
function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw unauthenticated('A part of the token is no base64url.');
  return bytes;
}

function decodeObject(part: string): Claims {
  const value = parse(decode(part).toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unauthenticated('A part of the token is no JSON object.');
  return value as Claims;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused as no object is
  }
}
