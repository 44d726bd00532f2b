import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicJwk } from './jwt-signer';
import { readKeySet } from './key-set';

const members = (key: KeyObject) => key.export({ format: 'jwk' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [p384, p521] = ['P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }));
const ed = generateKeyPairSync('ed25519');
const p256 = members(ec.publicKey);
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

describe('A key set', () => {
  it('contains the usable keys, each with its algorithms', () => {
    const keys = [
      { ...members(rsa.publicKey), kid: 'r', use: 'sig', alg: 'RS256', x5c: ['MII…'], x5t: 'a', issuer: 'https://id.example' },
      { ...members(rsa.publicKey), kid: 'any' },
      { ...members(rsa.publicKey), kid: 'pss', alg: 'PS384' },
      { ...p256, kid: 'e', key_ops: ['verify'], ext: true },
      members(p384!.publicKey),
      { ...members(p521!.publicKey), alg: 'ES512', kid: null, use: null },
      { ...members(ed.publicKey), alg: 'Ed25519' },
    ];
    const found = readKeySet({ keys, other: true });
    expect(found.keys.map(({ id, algorithms }) => [id, algorithms])).toEqual([
      ['r', ['RS256']],
      ['any', RSA],
      ['pss', ['PS384']],
      ['e', ['ES256']],
      [undefined, ['ES384']],
      [undefined, ['ES512']],
      [undefined, ['EdDSA', 'Ed25519']],
    ]);
    expect(found.leftOut).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['for encryption', { ...p256, use: 'enc' }, 'its use is not sig'],
    ['for encryption by its alg', { ...members(rsa.publicKey), alg: 'RSA-OAEP' }, 'its alg does not match its type'],
    ['for another operation', { ...p256, key_ops: ['deriveKey'] }, 'its key_ops do not include verify'],
    ['for another curve', { ...p256, alg: 'ES384' }, 'its alg does not match its type'],
    ["for another type's algorithm", { ...p256, alg: 'RS256' }, 'its alg does not match its type'],
    ['that claims to be a secret', { ...p256, alg: 'HS256' }, 'its alg does not match its type'],
    ['on another curve', members(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), 'its length or curve is not supported'],
    ['of RSA that is too short', members(generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey), 'its length or curve is not supported'],
    ['for key agreement', members(generateKeyPairSync('x25519').publicKey), 'its length or curve is not supported'],
    ['that is not a point on its curve', { ...p256, y: p256.x }, 'it is malformed'],
    ['without its members', { kty: 'RSA' }, 'it is malformed'],
    ['of an unknown type', { kty: 'AKP', pub: 'AA' }, 'its kty is not supported'],
    ['without a type', { ...p256, kty: undefined }, 'its kty is not supported'],
    ['whose kid is a number', { ...p256, kid: 7 }, 'its kid is not a string'],
    ['that is not an object', 'key', 'it is not an object'],
    ['that is private', members(ec.privateKey), 'it is private or symmetric'],
    ['that is private RSA', members(rsa.privateKey), 'it is private or symmetric'],
    ['that is symmetric', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }, 'it is private or symmetric'],
  ])('leaves out a key %s, and keeps the others', (_what, key, why) => {
    const found = readKeySet({ keys: [key, { ...p256, kid: 'good' }] });
    expect(found.keys).toMatchObject([{ id: 'good' }]);
    expect(found.leftOut).toEqual([expect.stringContaining(`key without a kid: ${why}`)]);
  });

  it('contains a duplicate key once, and both keys of one kid', () => {
    const one = { ...p256, kid: 'a', use: 'sig' };
    expect(readKeySet({ keys: [one, { ...one, x5t: 'b' }] })).toMatchObject({ keys: [{ id: 'a' }], leftOut: ['key "a": it is a duplicate'] });
    const { keys, leftOut } = readKeySet({ keys: [one, { ...one, kid: 'b' }, { ...members(ed.publicKey), kid: 'a' }, { ...members(p384!.publicKey), kid: 'a' }] });
    expect([keys.map(({ id }) => id), leftOut]).toEqual([['a', 'b', 'a', 'a'], []]);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['an object without keys', { jwks_uri: 'https://id.example/keys' }],
    ['certificates by name', { abc: '-----BEGIN CERTIFICATE-----' }],
    ['keys that are not a list', { keys: {} }],
    ['more than a hundred keys', { keys: Array(101).fill(p256) }],
  ])('is not %s', (_what, document) => {
    expect(() => readKeySet(document)).toThrow('the response is not a key set: expected {"keys": [...]} with at most 100 keys');
  });
});

describe('A published key', () => {
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
  ])('has its thumbprint as kid, as in %s', async (_example, key, kid) => {
    expect(await publicJwk(createPublicKey({ key, format: 'jwk' }))).toMatchObject({ ...key, kid, use: 'sig' });
  });

  it.each([
    [rsa, 'RS256'],
    [ec, 'ES256'],
    [p384!, 'ES384'],
    [p521!, 'ES512'],
    [ed, 'EdDSA'],
  ])('can be read back from a key set, for the algorithm that we sign with', async ({ publicKey }, alg) => {
    const jwk = await publicJwk(publicKey);
    const [found] = readKeySet({ keys: [jwk] }).keys;
    expect(jwk.alg).toBe(alg);
    expect(found).toMatchObject({ id: jwk.kid, algorithms: expect.arrayContaining([alg]) });
    expect((found!.key as KeyObject).equals(publicKey)).toBe(true);
  });
});
