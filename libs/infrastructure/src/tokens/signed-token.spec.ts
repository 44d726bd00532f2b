import { createHmac, createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signJws } from '../../../../test/support';
import { publicKey, secretKey, type VerificationKey } from './key-source';
import { isSignedWith, readToken } from './signed-token';

const SECRET = 'a secret of the test suite, long enough';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const [p256, p384, p521, ed] = [ec('P-256'), ec('P-384'), ec('P-521'), generateKeyPairSync('ed25519')];

/** Each algorithm with the key that signs and the key that verifies. */
const pairs: [alg: string, signing: KeyObject | string, verifying: KeyObject | string][] = [
  ['HS256', SECRET, SECRET],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): [string, KeyObject, KeyObject] => [alg, rsa.privateKey, rsa.publicKey]),
  ['ES256', p256.privateKey, p256.publicKey],
  ['ES384', p384.privateKey, p384.publicKey],
  ['ES512', p521.privateKey, p521.publicKey],
  ['EdDSA', ed.privateKey, ed.publicKey],
  ['Ed25519', ed.privateKey, ed.publicKey],
];
const keyOf = (key: KeyObject | string): VerificationKey => (typeof key === 'string' ? secretKey(key) : publicKey(key));
const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const claims = { sub: 'ann', more: ['ü', 1.5, null] };

const jwk = (members: Record<string, string>) => publicKey(createPublicKey({ key: members, format: 'jwk' }));

describe('A signed token', () => {
  it.each<[string, string, () => VerificationKey]>([
    [
      'RFC 7515, A.3',
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
      () => jwk({ kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }),
    ],
    [
      'RFC 7515, A.1',
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      () => ({
        algorithms: ['HS256'],
        key: createSecretKey(Buffer.from('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow', 'base64url')),
      }),
    ],
  ])('of %s is read and verified', async (_example, token, key) => {
    expect(readToken(token).claims).toEqual({ 'iss': 'joe', 'exp': 1_300_819_380, 'http://example.com/is_root': true });
    expect(await isSignedWith(key(), token)).toBe(true);
  });

  it('of RFC 8037, A.4 is verified, although it is not a JWT', async () => {
    const token = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
    const key = jwk({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' });
    expect(await isSignedWith(key, token)).toBe(true);
    expect(() => readToken(token)).toThrow('must be JSON objects');
  });

  it.each(pairs)('with %s is verified with its key, unless it was changed', async (alg, signing, verifying) => {
    const token = signJws({ alg, kid: 'k1' }, claims, signing);
    const key = keyOf(verifying);
    expect(readToken(token)).toEqual({ hint: { alg, kid: 'k1' }, claims });
    expect(await isSignedWith(key, token)).toBe(true);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const bytes = Buffer.from(signature, 'base64url');
    const signatures = [Buffer.alloc(bytes.length), bytes.subarray(1), Buffer.concat([bytes, bytes]), Buffer.alloc(1)].map((wrong) => wrong.toString('base64url'));
    const changed = [`${header}.${part({ ...claims, sub: 'bob' })}.${signature}`, `${part({ alg })}.${payload}.${signature}`];
    for (const forged of [...changed, ...signatures.map((wrong) => `${header}.${payload}.${wrong}`)]) expect(await isSignedWith(key, forged)).toBe(false);
  });

  it.each(pairs)('with %s is not verified with another key or another type of key', async (alg, signing, verifying) => {
    const token = signJws({ alg }, claims, signing);
    const strange = [`${SECRET}!`, generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey, ...['P-256', 'P-384', 'P-521'].map((curve) => ec(curve).publicKey)];
    const others = [...pairs.map(([, , key]) => key).filter((key) => key !== verifying), ...strange, generateKeyPairSync('ed25519').publicKey];
    for (const other of others) expect(await isSignedWith(keyOf(other), token)).toBe(false);
  });

  it.each(pairs)('with %s is not verified with a key for other algorithms', async (alg, signing, verifying) => {
    const { key, algorithms } = keyOf(verifying);
    expect(await isSignedWith({ key, algorithms: algorithms.filter((name) => name !== alg) }, signJws({ alg }, claims, signing))).toBe(false);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['two parts', 'a.b'],
    ['five parts, as an encrypted token has', 'a.b.c.d.e'],
    ['no signature', `${part({ alg: 'HS256' })}.${part(claims)}.`],
    ['invalid base64url', `${part({ alg: 'HS256' })}.${part(claims)}.+/==`],
    ['padding', `${part({ alg: 'HS256' })}.${part(claims)}.aaa=`],
    ['white space in it', `${part({ alg: 'HS256' })}.${part(claims)}. aaaa`],
    ['a line break at its end', `${part({ alg: 'HS256' })}.${part(claims)}.aaaa\n`],
    ['a header of a single base64 character', `a.${part(claims)}.aaaa`],
    ['a header that is not an object', `${part([])}.${part(claims)}.aaaa`],
    ['a header that is not JSON', `${part('{')}.${part(claims)}.aaaa`],
    ['claims that are a string', `${part({ alg: 'HS256' })}.${part('"ann"')}.aaaa`],
    ['claims that are null', `${part({ alg: 'HS256' })}.${part('null')}.aaaa`],
    ['claims that are not UTF-8', `${part({ alg: 'HS256' })}.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.aaaa`],
    ['alg none and no signature', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['no alg', `${part({})}.${part(claims)}.aaaa`],
    ['an alg that is a list', `${part({ alg: ['HS256'] })}.${part(claims)}.aaaa`],
    ['a critical extension', `${part({ alg: 'HS256', crit: ['b64'], b64: false })}.${part(claims)}.aaaa`],
    ['a critical extension without effect', `${part({ alg: 'HS256', crit: ['b64'], b64: true })}.${part(claims)}.aaaa`],
  ])('is refused before verification with %s', (_what, token) => {
    expect(() => readToken(token)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  });

  it.each(['none', 'HS384', 'HS512', 'RS256'])('with the HMAC of HS256 is not verified with the alg %p', async (alg) => {
    const signed = `${part({ alg })}.${part(claims)}`;
    const token = `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
    expect(await isSignedWith(secretKey(SECRET), token)).toBe(false);
  });

  it.each(['none', 'nOnE', '', 'HS384', 'HS512', 'RSA-OAEP', 'dir', 'constructor', '__proto__', 'ES256K'])('is never verified with the alg %p', async (alg) => {
    const token = `${part({ alg })}.${part(claims)}.${part('x'.repeat(32))}`;
    for (const [, , verifying] of pairs) expect(await isSignedWith(keyOf(verifying), token)).toBe(false);
  });
});
