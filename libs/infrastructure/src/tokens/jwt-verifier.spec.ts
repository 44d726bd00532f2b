import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { MAX_TOKEN_BYTES } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { type Algorithm, sign, type SignOptions } from 'jsonwebtoken';
import { signJws } from '../../../../test/support';
import type { ClaimRules } from './claim-rules';
import { JwtStrategy } from './jwt.strategy';
import { type JwtOptions, JwtVerifier } from './jwt-verifier';
import { fixedKey, type KeySource, publicKey, secretKey, type VerificationKey } from './key-source';

const secret = 'a secret of the test suite, long enough';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strange = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const rsaPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const now = () => Math.floor(Date.now() / 1_000);
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, claims: object) => `${base64(header)}.${base64(claims)}.`;
const make = (claims: object, key: string | KeyObject = secret, algorithm: Algorithm = 'HS256', options: SignOptions = {}) =>
  sign({ sub: 'ann', exp: now() + 60, ...claims }, key, { algorithm, ...options });

/** The result of Passport's strategy for a token in the Authorization header. */
function throughStrategy(options: JwtOptions, token: string): Promise<Identity> {
  const strategy = new JwtStrategy(new JwtVerifier(options)) as unknown as Record<'success' | 'fail' | 'error', (value: never) => void> & {
    authenticate(request: object, options: object): void;
  };
  return new Promise((resolve, reject) => {
    strategy.success = resolve as (value: never) => void;
    strategy.fail = reject;
    strategy.error = reject;
    strategy.authenticate({ headers: { authorization: `Bearer ${token}` } }, {});
  });
}

/** Signs the claims as text, to bypass the library's check of `sub`. */
const withSub = (sub: unknown) => sign(JSON.stringify({ sub, exp: now() + 60 }), secret, { header: { alg: 'HS256', typ: 'JWT' } });

const action = { jti: 't1', authorization_details: [{ type: 'score_update', action: 'kill', max_increment: 5 }] };

const foreignHeader = { alg: 'HS256', kid: '../x', jku: 'http://127.0.0.1:1/' };

/** The imported secret. */
const keys: KeySource = {
  candidates: async function* () {
    yield secretKey(secret);
  },
  isUp: () => true,
};
const plain: ClaimRules = { audienceClaim: 'aud', userClaim: 'sub', scopeClaims: ['scope'], scopePrefix: '', scopeNames: [], defaultScopes: [] };
const given = (key: KeyObject | KeySource, rules: Partial<ClaimRules> = {}) => ({
  keys: 'candidates' in key ? key : fixedKey(publicKey(key)),
  rules: { ...plain, ...rules },
});
const strict = { issuers: ['elsewhere', 'iss'], audiences: ['scoreboard', 'web'] };
const ownKey = given(ed.publicKey, { issuers: ['scoreboard'], audiences: ['scoreboard'] });
const rules: Record<'HS256' | 'RSA' | 'RS256' | 'ES256' | 'EdDSA' | 'strict' | 'renamed' | 'own' | 'ownAlone', JwtOptions> = {
  HS256: { outside: given(keys) },
  RSA: { outside: given(rsa.publicKey) },
  RS256: { outside: given(fixedKey({ key: rsa.publicKey, algorithms: ['RS256'] })) },
  ES256: { outside: given(ec.publicKey) },
  EdDSA: { outside: given(ed.publicKey) },
  strict: { outside: given(keys, strict) },
  renamed: { outside: given(keys, { userClaim: 'https://example.com/player', scopeClaims: ['roles'] }) },
  own: { outside: given(keys, { ...strict, userClaim: 'email', scopeClaims: ['roles'], audienceClaim: 'azp' }), own: ownKey },
  ownAlone: { own: ownKey },
};
const own = (claims: object, key: KeyObject = ed.privateKey) => signJws({ alg: 'EdDSA' }, { sub: 'ann', iss: 'scoreboard', aud: 'scoreboard', exp: now() + 60, ...claims }, key);

const good: [string, keyof typeof rules, () => string, Partial<Identity>][] = [
  ['a secret', 'HS256', () => make({}), { subject: 'ann', userId: 'ann', issuer: '', scopes: new Set() }],
  ['an RSA key', 'RS256', () => make({ iss: 'x' }, rsa.privateKey, 'RS256'), { issuer: 'x' }],
  ['PSS and an RSA key for any algorithm', 'RSA', () => make({}, rsa.privateKey, 'PS512'), { userId: 'ann' }],
  ['a P-256 key', 'ES256', () => make({}, ec.privateKey, 'ES256'), { userId: 'ann' }],
  ['an Ed25519 key', 'EdDSA', () => own({}), { userId: 'ann', issuer: 'scoreboard' }],
  ['our own key', 'own', () => own({ scope: 'scores:write' }), { userId: 'ann', issuer: 'scoreboard', scopes: new Set(['scores:write']) }],
  ["our own key, ignoring the provider's claims", 'own', () => own({ email: 'x@y', roles: ['scores:admin'] }), { userId: 'ann', scopes: new Set() }],
  ['an outside key in addition to our own', 'own', () => make({ iss: 'iss', azp: 'web', email: 'a@b' }), { issuer: 'iss', userId: 'a@b' }],
  ['only our own key', 'ownAlone', () => own({}), { userId: 'ann' }],
  ['our issuer if we have no own key', 'HS256', () => make({ iss: 'scoreboard' }), { issuer: 'scoreboard' }],
  ['issuer and audience', 'strict', () => make({ iss: 'iss', aud: ['other', 'scoreboard'] }), { issuer: 'iss' }],
  ['scopes', 'HS256', () => make({ scope: 'scores:write other' }), { scopes: new Set(['scores:write']) }],
  ['an action token', 'HS256', () => make(action), { userId: 'ann', actionGrant: { action: 'kill', maxIncrement: 5, tokenId: 't1' } }],
  ['another user claim', 'renamed', () => make({ 'https://example.com/player': 'p1' }), { subject: 'ann', userId: 'p1' }],
  ['no user claim', 'renamed', () => make({ roles: ['scores:write:any'] }), { subject: 'ann', missingUserClaim: 'https://example.com/player', scopes: new Set(['scores:write:any']) }],
  ['an action token without the user claim', 'renamed', () => make(action), { userId: 'ann', subject: 'ann' }],
  ['an exp within the tolerance', 'HS256', () => make({ exp: now() - 2 }), { userId: 'ann' }],
  ['a kid and a jku, which are ignored', 'HS256', () => make({}, secret, 'HS256', { header: foreignHeader }), { userId: 'ann' }],
];

const bad: [string, keyof typeof rules, () => string][] = [
  ['text that is not a token', 'HS256', () => 'no.to.ken'],
  ['alg none', 'HS256', () => unsigned({ alg: 'none', typ: 'JWT' }, { sub: 'ann', exp: now() + 60 })],
  ['alg none for a public key', 'RS256', () => unsigned({ alg: 'none' }, { sub: 'ann', exp: now() + 60 })],
  ['HS256 signed with the public key as a secret', 'RS256', () => make({}, rsaPem)],
  ['another secret', 'HS256', () => make({}, `${secret}!`)],
  ['our issuer, signed with the outside key', 'own', () => make({ iss: 'scoreboard', aud: 'scoreboard' })],
  ['our issuer, signed with an unknown key of the same type', 'own', () => own({}, generateKeyPairSync('ed25519').privateKey)],
  ['an outside issuer, signed with our key', 'own', () => own({ iss: 'iss' })],
  ['our issuer for another audience', 'own', () => own({ aud: 'other' })],
  ['an outside issuer where only our key is trusted', 'ownAlone', () => own({ iss: 'iss' })],
  ['another algorithm of the same secret', 'HS256', () => make({}, secret, 'HS512')],
  ['PSS and an RSA key for RS256', 'RS256', () => make({}, rsa.privateKey, 'PS256')],
  ['another hash and an RSA key for RS256', 'RS256', () => make({}, rsa.privateKey, 'RS384')],
  ['another curve', 'ES256', () => signJws({ alg: 'ES384' }, { sub: 'ann', exp: now() + 60 }, generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
  ['the algorithm of another curve', 'ES256', () => signJws({ alg: 'ES384' }, { sub: 'ann', exp: now() + 60 }, ec.privateKey)],
  ['another type of key', 'ES256', () => make({}, rsa.privateKey, 'RS256')],
  ['expired', 'HS256', () => make({ exp: now() - 60 })],
  ['not valid yet', 'HS256', () => make({ nbf: now() + 60 })],
  ['an exp that is a string', 'HS256', () => sign(JSON.stringify({ sub: 'ann', exp: `${now() + 60}` }), secret)],
  ['an nbf that is a string', 'HS256', () => sign(JSON.stringify({ sub: 'ann', exp: now() + 60, nbf: '1' }), secret)],
  ['an exp beyond the tolerance', 'HS256', () => make({ exp: now() - 6 })],
  ['its key in its header', 'ES256', () => make({}, strange.privateKey, 'ES256', { header: { alg: 'ES256', jwk: strange.publicKey.export({ format: 'jwk' }) } as never })],
  ['no exp', 'HS256', () => sign({ sub: 'ann' }, secret)],
  ['no sub', 'HS256', () => sign({ exp: now() + 60 }, secret)],
  ['a sub that is not a string', 'HS256', () => withSub(7)],
  ['an empty sub', 'HS256', () => make({ sub: '' })],
  ['a sub with a control character', 'HS256', () => make({ sub: 'a\u0000b' })],
  ['a sub with an unpaired surrogate', 'HS256', () => withSub('a\ud800')],
  ['a sub that is too long', 'HS256', () => make({ sub: 'a'.repeat(256) })],
  ['another issuer', 'strict', () => make({ iss: 'other', aud: 'scoreboard' })],
  ['no issuer', 'strict', () => make({ aud: 'scoreboard' })],
  ['another audience', 'strict', () => make({ iss: 'iss', aud: 'other' })],
  ['text instead of claims', 'HS256', () => sign('ann', secret)],
];

describe('JwtVerifier and JwtStrategy', () => {
  it.each(good)('both accept %s', async (_case, rule, token, identity) => {
    const text = token();
    const found = await new JwtVerifier(rules[rule]).verify(text);
    expect(found).toMatchObject(identity);
    expect(await throughStrategy(rules[rule], text)).toEqual(found);
  });

  it.each(bad)('both refuse %s', async (_case, rule, token) => {
    const text = token();
    const refusal = expect.objectContaining({ code: 'unauthenticated' });
    await expect(new JwtVerifier(rules[rule]).verify(text)).rejects.toEqual(refusal);
    await expect(throughStrategy(rules[rule], text)).rejects.toEqual(refusal);
  });
});

describe('JwtStrategy', () => {
  it.each([undefined, '', 'Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', 'Token abc'])('refuses a request with the Authorization %p', (authorization) => {
    const strategy = new JwtStrategy(new JwtVerifier(rules.HS256));
    expect(() => strategy.validate({ headers: { authorization } } as never)).toThrow('Send the token as Authorization: Bearer <token>.');
  });
});

describe('JwtVerifier', () => {
  const verifier = () => new JwtVerifier(rules.HS256);
  afterEach(() => jest.useRealTimers());

  it('accepts a token of 8 KiB, and refuses a longer one naming the limit', async () => {
    const room = MAX_TOKEN_BYTES - make({ more: '' }).length;
    expect(await verifier().verify(make({ more: 'x'.repeat(Math.floor((room * 3) / 4) - 3) }))).toMatchObject({ userId: 'ann' });
    await expect(verifier().verify(make({ more: 'x'.repeat(room) }))).rejects.toThrow('longer than 8 KiB');
  });

  it('sets isExpired only for an expired token', async () => {
    await expect(verifier().verify(make({ exp: now() - 60 }))).rejects.toMatchObject({ details: { isExpired: true } });
    for (const other of [make({}, `${secret}!`), make({ nbf: now() + 60 }), 'no.to.ken']) {
      await expect(verifier().verify(other)).rejects.not.toMatchObject({ details: { isExpired: true } });
    }
  });

  it('remembers a verified token until it expires', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate'] });
    const one = verifier();
    const token = make({});
    expect(one.recall(token)).toBeUndefined();
    const identity = await one.verify(token);
    expect(one.recall(token)).toBe(identity);
    expect(one.recall(`${token}x`)).toBeUndefined();
    jest.setSystemTime(Date.now() + 66_000);
    expect(one.recall(token)).toBeUndefined();
    await expect(one.verify(token)).rejects.toThrow('The token has expired.');
  });

  it('verifies a token again after ten minutes, so that a withdrawn key is no longer accepted', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate'] });
    let held: VerificationKey[] = [secretKey(secret)];
    const one = new JwtVerifier({ outside: given({ candidates: () => held, isUp: () => true }) });
    const token = make({ exp: now() + 86_400 });
    await one.verify(token);
    held = [];
    jest.setSystemTime(Date.now() + 599_000);
    expect(await one.verify(token)).toBe(one.recall(token));
    jest.setSystemTime(Date.now() + 2_000);
    await expect(one.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('does not remember refused tokens', async () => {
    const one = verifier();
    const token = make({}, 'another secret, which is just as long as ours');
    await expect(one.verify(token)).rejects.toThrow();
    expect(one.recall(token)).toBeUndefined();
  });

  it('refuses an expired token without fetching its key', async () => {
    const candidates = jest.fn(() => []);
    await expect(new JwtVerifier({ outside: given({ candidates, isUp: () => true }) }).verify(make({ exp: 1_000 }))).rejects.toThrow('The token has expired.');
    expect(candidates).not.toHaveBeenCalled();
  });
});
