import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { type Algorithm, sign, verify } from 'jsonwebtoken';
import { isSignedWith, readJws, signJws } from './jws';

const jwk = (members: Record<string, string>) => createPublicKey({ key: members, format: 'jwk' });
const secret = createSecretKey(Buffer.from('a secret of the test suite, long enough'));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const claims = { sub: 'ann', more: ['ü', 1.5, null] };

const pairs: [string, KeyObject, KeyObject, Algorithm | undefined][] = [
  ['HS256', secret, secret, 'HS256'],
  ['RS256', rsa.privateKey, rsa.publicKey, 'RS256'],
  ['ES256', ec.privateKey, ec.publicKey, 'ES256'],
  ['EdDSA', ed.privateKey, ed.publicKey, undefined],
];

describe('A signed token', () => {
  it.each<[string, string, KeyObject]>([
    [
      'RFC 7515, A.1',
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      createSecretKey(Buffer.from('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow', 'base64url')),
    ],
    [
      'RFC 7515, A.3',
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
      jwk({ kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }),
    ],
  ])('of %s is read and holds', (_example, token, key) => {
    const jws = readJws(token);
    expect(jws.claims).toEqual({ 'iss': 'joe', 'exp': 1_300_819_380, 'http://example.com/is_root': true });
    expect(isSignedWith(key, jws)).toBe(true);
  });

  it('of RFC 8037, A.4 holds', () => {
    const [header, text, signature] =
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'.split('.');
    const key = jwk({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' });
    const jws = { header: { algorithm: 'EdDSA' as const }, claims: {}, signed: Buffer.from(`${header}.${text}`), signature: Buffer.from(signature!, 'base64url') };
    expect(isSignedWith(key, jws)).toBe(true);
  });

  it.each(pairs)('with %s holds with its key, as long as nothing of it was changed', (_name, signing, verifying) => {
    const token = signJws(claims, signing, 'k1');
    const jws = readJws(token);
    expect(jws).toMatchObject({ header: { keyId: 'k1' }, claims });
    expect(isSignedWith(verifying, jws)).toBe(true);
    const [header, , signature] = token.split('.');
    expect(isSignedWith(verifying, readJws(`${header}.${part({ ...claims, sub: 'bob' })}.${signature}`))).toBe(false);
    for (const wrong of [Buffer.alloc(jws.signature.length), Buffer.alloc(0), jws.signature.subarray(1), Buffer.concat([jws.signature, jws.signature])]) {
      expect(isSignedWith(verifying, { ...jws, signature: wrong })).toBe(false);
    }
  });

  it.each(pairs)('with %s holds with no other kind of key', (_name, signing, verifying) => {
    const jws = readJws(signJws(claims, signing));
    const others = pairs.map(([, , key]) => key).filter((key) => key !== verifying);
    expect(others.map((key) => isSignedWith(key, jws))).toEqual([false, false, false]);
  });

  it.each(pairs.filter(([, , , algorithm]) => algorithm))('with %s is the same to another library, both ways', (_name, signing, verifying, algorithm) => {
    expect(verify(signJws(claims, signing), verifying, { algorithms: [algorithm!] })).toEqual(claims);
    expect(isSignedWith(verifying, readJws(sign(claims, signing, { algorithm, noTimestamp: true })))).toBe(true);
  });

  it('may call EdDSA by its newer name', () => {
    const signed = `${part({ alg: 'Ed25519' })}.${part(claims)}`;
    const token = `${signed}.${signBytes(null, Buffer.from(signed), ed.privateKey).toString('base64url')}`;
    expect(isSignedWith(ed.publicKey, readJws(token))).toBe(true);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['two parts', 'a.b'],
    ['five parts, as an encrypted token has', 'a.b.c.d.e'],
    ['no base64url', `${part({ alg: 'HS256' })}.${part(claims)}.+/==`],
    ['white space in it', `${part({ alg: 'HS256' })}.${part(claims)}. aaaa`],
    ['a header that is no object', `${part([])}.${part(claims)}.aaaa`],
    ['a header that is no JSON', `${part('{')}.${part(claims)}.aaaa`],
    ['claims that are text', `${part({ alg: 'HS256' })}.${part('"ann"')}.aaaa`],
    ['claims that are null', `${part({ alg: 'HS256' })}.${part('null')}.aaaa`],
    ['alg none', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['alg nOnE', `${part({ alg: 'nOnE' })}.${part(claims)}.`],
    ['no alg', `${part({})}.${part(claims)}.aaaa`],
    ['an alg that is a list', `${part({ alg: ['HS256'] })}.${part(claims)}.aaaa`],
    ['an alg that every object has', `${part({ alg: 'constructor' })}.${part(claims)}.aaaa`],
    ['another hash', `${part({ alg: 'HS512' })}.${part(claims)}.aaaa`],
    ['an extension that must be known', `${part({ alg: 'HS256', crit: ['b64'], b64: false })}.${part(claims)}.aaaa`],
  ])('is refused unverified with %s', (_what, token) => {
    expect(() => readJws(token)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  });
});
