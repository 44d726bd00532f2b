import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicJwk, readKeySet } from './jwk';

const members = (key: KeyObject) => key.export({ format: 'jwk' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const p256 = members(ec.publicKey);

describe('A key set', () => {
  it('gives the keys that tokens may be signed with, each with its algorithm', () => {
    const keys = [
      { ...members(rsa.publicKey), kid: 'r', use: 'sig', alg: 'RS256', x5c: ['MII…'] },
      { ...p256, kid: 'e', key_ops: ['verify'] },
      { ...members(ed.publicKey), alg: 'Ed25519' },
    ];
    expect(readKeySet({ keys, other: true })).toMatchObject({
      keys: [{ keyId: 'r', algorithm: 'RS256' }, { keyId: 'e', algorithm: 'ES256' }, { keyId: undefined, algorithm: 'EdDSA' }],
      exposed: 0,
    });
  });

  it.each<[string, unknown]>([
    ['for encryption', { ...p256, use: 'enc' }],
    ['for another operation', { ...p256, key_ops: ['deriveKey'] }],
    ['for another algorithm', { ...p256, alg: 'ES384' }],
    ["for another type's algorithm", { ...p256, alg: 'RS256' }],
    ['on another curve', members(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['of RSA that is too short', members(generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey)],
    ['for key agreement', members(generateKeyPairSync('x25519').publicKey)],
    ['that is no point on its curve', { ...p256, y: p256.x }],
    ['without its members', { kty: 'RSA' }],
    ['of an unknown type', { kty: 'AKP', pub: 'AA' }],
    ['without a type', { ...p256, kty: undefined }],
    ['whose kid is a number', { ...p256, kid: 7 }],
    ['that is no object', 'key'],
  ])('leaves out a key %s', (_what, key) => {
    expect(readKeySet({ keys: [key] })).toEqual({ keys: [], exposed: 0 });
  });

  it.each<[string, object]>([
    ['private', members(ec.privateKey)],
    ['private RSA', members(rsa.privateKey)],
    ['symmetric', { kty: 'oct', k: 'c2VjcmV0', kid: 's', alg: 'HS256' }],
  ])('takes no %s key, and tells that it was shown', (_what, key) => {
    expect(readKeySet({ keys: [key] })).toEqual({ keys: [], exposed: 1 });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['an object without keys', {}],
    ['keys that are no list', { keys: {} }],
    ['more than a hundred keys', { keys: Array(101).fill(p256) }],
  ])('is not %s', (_what, document) => {
    expect(() => readKeySet(document)).toThrow();
  });
});

describe('A public key for others', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'RFC 7638, 3.1',
      {
        kty: 'RSA',
        n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
        e: 'AQAB',
      },
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    ],
    ['RFC 8037, A.3', { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
  ])('is named by its thumbprint, as in %s', (_example, key, kid) => {
    expect(publicJwk(createPublicKey({ key, format: 'jwk' }))).toMatchObject({ ...key, kid, use: 'sig' });
  });

  it.each([rsa, ec, ed])('is one that a key set gives back', ({ publicKey }) => {
    const jwk = publicJwk(publicKey);
    const [key] = readKeySet({ keys: [jwk] }).keys;
    expect(key).toMatchObject({ keyId: jwk.kid, algorithm: jwk.alg });
    expect(key!.key.equals(publicKey)).toBe(true);
  });
});
