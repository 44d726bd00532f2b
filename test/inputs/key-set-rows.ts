import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signJws } from '../support';
import { AUDIENCE, claims } from './tokens';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const [any, rs256, ps256, twin, other, encryption, exposed] = [rsa(), rsa(), rsa(), rsa(), rsa(), rsa(), rsa()];
const [p256, p384, p521, ed, unnamed, stranger] = [ec('P-256'), ec('P-384'), ec('P-521'), generateKeyPairSync('ed25519'), ec('P-256'), rsa()];
const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const members = (key: KeyObject) => key.export({ format: 'jwk' });
const SHARED = Buffer.from('a symmetric key in a public key set');

/** A key set with usable and unusable keys: the unusable ones are ignored. */
export const keySet = {
  keys: [
    { ...members(any.publicKey), kid: 'any' },
    { ...members(rs256.publicKey), kid: 'rs256', alg: 'RS256', use: 'sig', x5c: ['MII…'], x5t: 'a' },
    { ...members(rs256.publicKey), kid: 'rs256', alg: 'RS256', use: 'sig' },
    { ...members(ps256.publicKey), kid: 'ps256', alg: 'PS256' },
    { ...members(twin.publicKey), kid: 'twin', alg: 'RS256' },
    { ...members(other.publicKey), kid: 'twin', alg: 'RS256' },
    { ...members(p256.publicKey), kid: 'p256', key_ops: ['verify'] },
    { ...members(p384.publicKey), kid: 'p384' },
    { ...members(p521.publicKey), kid: 'p521', use: null },
    { ...members(ed.publicKey), kid: 'ed', alg: 'Ed25519' },
    members(unnamed.publicKey),
    { ...members(encryption.publicKey), kid: 'encryption', use: 'enc', alg: 'RSA-OAEP' },
    { ...members(exposed.privateKey), kid: 'exposed', use: 'sig', alg: 'RS256' },
    { ...members(short.publicKey), kid: 'short', alg: 'RS256' },
    { kty: 'oct', kid: 'shared', alg: 'HS256', k: SHARED.toString('base64url') },
    { kty: 'AKP', kid: 'future', alg: 'ML-DSA-44', pub: 'AA' },
    { kty: 'EC', crv: 'P-256', kid: 'broken', x: 'AA', y: 'AA' },
    null,
  ],
};

/** The unusable keys of the set, as named in the log. */
export const leftOut = ['"rs256"', '"encryption"', '"exposed"', '"short"', '"shared"', '"future"', '"broken"', 'without a kid'];

interface Signed {
  readonly alg: string;
  readonly kid?: string;
  readonly key: KeyObject | string;
  readonly header?: object;
}

export const tokenBy = ({ alg, kid, key, header }: Signed): string => signJws({ alg, ...(kid === undefined ? {} : { kid }), ...header }, claims(), key);

/** Each is a valid token. */
export const goodTokens: readonly (readonly [what: string, signed: Signed])[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [`${alg}, by an RSA key without alg`, { alg, kid: 'any', key: any.privateKey }] as const),
  ['RS256, by a key for it that is in the set twice', { alg: 'RS256', kid: 'rs256', key: rs256.privateKey }],
  ['PS256, by a key for it', { alg: 'PS256', kid: 'ps256', key: ps256.privateKey }],
  ['by the first of two keys with one kid', { alg: 'RS256', kid: 'twin', key: twin.privateKey }],
  ['by the second of two keys with one kid', { alg: 'RS256', kid: 'twin', key: other.privateKey }],
  ['ES256', { alg: 'ES256', kid: 'p256', key: p256.privateKey }],
  ['ES384', { alg: 'ES384', kid: 'p384', key: p384.privateKey }],
  ['ES512', { alg: 'ES512', kid: 'p521', key: p521.privateKey }],
  ['EdDSA', { alg: 'EdDSA', kid: 'ed', key: ed.privateKey }],
  ['EdDSA under its newer name', { alg: 'Ed25519', kid: 'ed', key: ed.privateKey }],
  ['without a kid, by the only key of its algorithm', { alg: 'ES384', key: p384.privateKey }],
  ['without a kid, by one of several keys', { alg: 'RS256', key: other.privateKey }],
  ['with a kid, by a key without one', { alg: 'ES256', kid: 'whatever', key: unnamed.privateKey }],
  ['of the type at+jwt', { alg: 'RS256', kid: 'any', key: any.privateKey, header: { typ: 'at+jwt' } }],
];

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const asSecret = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });

/** Each is a forged token. The ids are those of docs/evidence/bad-inputs.md. */
export const forgedTokens: readonly (readonly [id: string, what: string, signed: Signed])[] = [
  ['J33', 'PS256 with a key for RS256', { alg: 'PS256', kid: 'rs256', key: rs256.privateKey }],
  ['J33', 'RS256 with a key for PS256', { alg: 'RS256', kid: 'ps256', key: ps256.privateKey }],
  ['J33', 'RS512 with a key for RS256', { alg: 'RS512', kid: 'rs256', key: rs256.privateKey }],
  ['J33', 'RS512 with a key for RS256, without a kid', { alg: 'RS512', key: rs256.privateKey }],
  ['J33', 'ES384 with a key on P-256', { alg: 'ES384', kid: 'p256', key: p256.privateKey }],
  ['J33', 'ES256 with a key on P-384', { alg: 'ES256', kid: 'p384', key: p384.privateKey }],
  ['J33', 'ES512 with a key on P-384', { alg: 'ES512', kid: 'p384', key: p384.privateKey }],
  ['J33', 'EdDSA with the kid of an RSA key', { alg: 'EdDSA', kid: 'any', key: ed.privateKey }],
  ['J33', 'an unsupported algorithm', { alg: 'ES256K', kid: 'p256', key: p256.privateKey }],
  ...(['rs256', 'p256', 'ed', undefined] as const).flatMap((kid) => [
    ['J34', `HS256 with a public key in PEM as the secret, kid ${kid}`, { alg: 'HS256', kid, key: pem(rs256.publicKey) }] as const,
    ['J34', `HS256 with a public key in DER as the secret, kid ${kid}`, { alg: 'HS256', kid, key: createSecretKey(asSecret(rs256.publicKey)) }] as const,
    ['J34', `HS256 with a modulus as the secret, kid ${kid}`, { alg: 'HS256', kid, key: members(rs256.publicKey).n! }] as const,
  ]),
  ['J34', 'HS256 with an empty secret', { alg: 'HS256', kid: 'any', key: createSecretKey(Buffer.alloc(0)) }],
  ['J35', 'the symmetric key of the set', { alg: 'HS256', kid: 'shared', key: createSecretKey(SHARED) }],
  ['J35', 'the symmetric key of the set, with the kid of a public one', { alg: 'HS256', kid: 'any', key: createSecretKey(SHARED) }],
  ['J35', 'a private key that the set contains', { alg: 'RS256', kid: 'exposed', key: exposed.privateKey }],
  ['J35', 'a private key that the set contains, without a kid', { alg: 'RS256', key: exposed.privateKey }],
  ['J35', 'an encryption key', { alg: 'RS256', kid: 'encryption', key: encryption.privateKey }],
  ['J35', 'a key that is too short', { alg: 'RS256', kid: 'short', key: short.privateKey }],
  ['J36', 'a key of the set with the kid of another', { alg: 'RS256', kid: 'any', key: twin.privateKey }],
  ['J36', 'an unknown key with a known kid', { alg: 'RS256', kid: 'any', key: stranger.privateKey }],
  ['J36', 'an unknown key without a kid', { alg: 'RS256', key: stranger.privateKey }],
  ['J36', 'an unknown key with an unknown kid', { alg: 'RS256', kid: 'stranger', key: stranger.privateKey }],
  ['J36', 'an unknown key that the header contains, with a known kid', { alg: 'RS256', kid: 'any', key: stranger.privateKey, header: { jwk: { ...members(stranger.publicKey), kid: 'any' } } }],
  ['J36', 'an unknown key whose certificate the header contains', { alg: 'RS256', kid: 'any', key: stranger.privateKey, header: { x5c: [asSecret(stranger.publicKey).toString('base64')] } }],
  ['J36', 'the kid __proto__', { alg: 'RS256', kid: '__proto__', key: stranger.privateKey }],
  ['J37', 'an unencoded payload', { alg: 'RS256', kid: 'any', key: any.privateKey, header: { b64: false, crit: ['b64'] } }],
];

export const environment = (uri: string): NodeJS.ProcessEnv => ({ JWT_JWKS_URI: uri, JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: AUDIENCE });
