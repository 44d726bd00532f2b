import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Identity } from '@scoreboard/domain';
import { type Algorithm, sign, type SignOptions } from 'jsonwebtoken';
import { JwtStrategy } from './jwt.strategy';
import { type JwtOptions, JwtVerifier } from './jwt-verifier';

const secret = 'a secret of the test suite, long enough';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const now = () => Math.floor(Date.now() / 1_000);
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, claims: object) => `${base64(header)}.${base64(claims)}.`;
const make = (claims: object, key: string | KeyObject = secret, algorithm: Algorithm = 'HS256', options: SignOptions = {}) =>
  sign({ sub: 'ann', exp: now() + 60, ...claims }, key, { algorithm, ...options });

/** What Passport's strategy makes of a token in the Authorization header. */
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

/** The library's own check of `sub` is passed by where the claims are signed as text. */
const withSub = (sub: unknown) => sign(JSON.stringify({ sub, exp: now() + 60 }), secret, { header: { alg: 'HS256', typ: 'JWT' } });

const foreignHeader = { alg: 'HS256', kid: '../x', jku: 'http://127.0.0.1:1/' };

const rules: Record<'HS256' | 'RS256' | 'ES256' | 'strict' | 'renamed', JwtOptions> = {
  HS256: { secret },
  RS256: { publicKey: rsa.publicKey },
  ES256: { publicKey: ec.publicKey },
  strict: { secret, issuer: 'iss', audience: 'scoreboard' },
  renamed: { secret, userClaim: 'https://example.com/player' },
};

const good: [string, keyof typeof rules, () => string, Partial<Identity>][] = [
  ['a secret', 'HS256', () => make({}), { subject: 'ann', userId: 'ann', issuer: '', scopes: new Set() }],
  ['an RSA key', 'RS256', () => make({ iss: 'x' }, rsa.privateKey, 'RS256'), { issuer: 'x' }],
  ['a P-256 key', 'ES256', () => make({}, ec.privateKey, 'ES256'), { userId: 'ann' }],
  ['issuer and audience', 'strict', () => make({ iss: 'iss', aud: ['other', 'scoreboard'] }), { issuer: 'iss' }],
  ['scopes', 'HS256', () => make({ scope: 'scores:write other' }), { scopes: new Set(['scores:write', 'other']) }],
  ['a list of scopes, which grants nothing', 'HS256', () => make({ scope: ['scores:write'] }), { scopes: new Set() }],
  ['another user claim', 'renamed', () => make({ 'https://example.com/player': 'p1' }), { subject: 'ann', userId: 'p1' }],
  ['an exp within the tolerance', 'HS256', () => make({ exp: now() - 2 }), { userId: 'ann' }],
  ['a kid and a jku, which are not looked at', 'HS256', () => make({}, secret, 'HS256', { header: foreignHeader }), { userId: 'ann' }],
];

const bad: [string, keyof typeof rules, () => string][] = [
  ['no text of a token', 'HS256', () => 'no.to.ken'],
  ['alg none', 'HS256', () => unsigned({ alg: 'none', typ: 'JWT' }, { sub: 'ann', exp: now() + 60 })],
  ['alg none for a public key', 'RS256', () => unsigned({ alg: 'none' }, { sub: 'ann', exp: now() + 60 })],
  ['HS256 signed with the public key as a secret', 'RS256', () => make({}, rsaPem)],
  ['another secret', 'HS256', () => make({}, `${secret}!`)],
  ['another algorithm of the same secret', 'HS256', () => make({}, secret, 'HS512')],
  ['another algorithm of the same RSA key', 'RS256', () => make({}, rsa.privateKey, 'PS256')],
  ['another kind of key', 'ES256', () => make({}, rsa.privateKey, 'RS256')],
  ['expired', 'HS256', () => make({ exp: now() - 60 })],
  ['not valid yet', 'HS256', () => make({ nbf: now() + 60 })],
  ['no exp', 'HS256', () => sign({ sub: 'ann' }, secret)],
  ['no sub', 'HS256', () => sign({ exp: now() + 60 }, secret)],
  ['a sub that is no text', 'HS256', () => withSub(7)],
  ['an empty sub', 'HS256', () => make({ sub: '' })],
  ['a sub with a control character', 'HS256', () => make({ sub: 'a\u0000b' })],
  ['a sub that is too long', 'HS256', () => make({ sub: 'a'.repeat(256) })],
  ['another issuer', 'strict', () => make({ iss: 'other', aud: 'scoreboard' })],
  ['no issuer', 'strict', () => make({ aud: 'scoreboard' })],
  ['another audience', 'strict', () => make({ iss: 'iss', aud: 'other' })],
  ['no user claim', 'renamed', () => make({})],
  ['text instead of claims', 'HS256', () => sign('ann', secret)],
];

describe('JwtVerifier and JwtStrategy', () => {
  it.each(good)('both accept %s', async (_case, rule, token, identity) => {
    const text = token();
    expect(new JwtVerifier(rules[rule]).verify(text)).toMatchObject(identity);
    expect(await throughStrategy(rules[rule], text)).toEqual(new JwtVerifier(rules[rule]).verify(text));
  });

  it.each(bad)('both refuse %s', async (_case, rule, token) => {
    const text = token();
    expect(() => new JwtVerifier(rules[rule]).verify(text)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
    await expect(throughStrategy(rules[rule], text)).rejects.toBeInstanceOf(Error);
  });
});

describe('JwtVerifier', () => {
  afterEach(() => jest.useRealTimers());

  it('refuses a token over 4 KiB unread', () => {
    const verifier = new JwtVerifier({ secret });
    expect(() => verifier.verify(make({ more: 'x'.repeat(4_096) }))).toThrow('longer than 4 KiB');
  });

  it('knows a verified token again until it expires, and no other', () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate'] });
    const verifier = new JwtVerifier({ secret });
    const token = make({});
    expect(verifier.recall(token)).toBeUndefined();
    const identity = verifier.verify(token);
    expect(verifier.recall(token)).toBe(identity);
    expect(verifier.recall(`${token}x`)).toBeUndefined();
    jest.setSystemTime(Date.now() + 66_000);
    expect(verifier.recall(token)).toBeUndefined();
    expect(() => verifier.verify(token)).toThrow('The token has expired.');
  });

  it('remembers nothing that it refused', () => {
    const verifier = new JwtVerifier({ secret });
    const token = make({}, 'another secret, which is just as long as ours');
    expect(() => verifier.verify(token)).toThrow();
    expect(verifier.recall(token)).toBeUndefined();
  });
});
