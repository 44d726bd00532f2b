import { freePort } from '@scoreboard/harness';
import type { Page } from 'playwright-core';
import { describeWith, eventually, OidcProvider, startStandalone } from '../support';
import { raise } from './browser';
import { findPlayer, operatorToken, signIn, useDesk } from './use-desk';

const CLIENT = 'scoreboard-desk';
const NO_PROVIDER = "connect-src 'self';";

/** Chooses the provider in the dialog, and answers there. */
async function signInAtProvider(page: Page, user: string, answer: 'Allow' | 'Deny' = 'Allow'): Promise<void> {
  await page.getByRole('button', { name: /^Sign in with 127\.0\.0\.1/ }).click();
  await page.getByLabel('Name').fill(user);
  await page.getByRole('button', { name: answer }).click();
}

const why = (page: Page, text: string | RegExp): Promise<void> => page.getByRole('dialog', { name: 'Sign in' }).getByText(text).waitFor();
const isSignedIn = (page: Page, user: string): Promise<void> => page.getByText(new RegExp(`^${user} · token expires in`)).waitFor();
const tokenRequests = (provider: OidcProvider): number => provider.requests.filter((request) => request === 'POST /token').length;

describeWith('TEST_CHROMIUM', 'the sign-in at the desk by an identity provider', () => {
  const settings: NodeJS.ProcessEnv = {};
  let provider: OidcProvider;
  beforeAll(async () => {
    const port = String(await freePort());
    provider = await new OidcProvider({ clientId: CLIENT, redirectUri: `http://127.0.0.1:${port}/admin` }).start();
    const { issuer } = provider;
    Object.assign(settings, { PORT: port, JWT_SECRET: '', JWT_JWKS_URI: `${issuer}/keys`, JWT_ISSUER: issuer, JWT_AUDIENCE: 'scoreboard', ADMIN_OIDC_ISSUER: issuer, ADMIN_OIDC_CLIENT_ID: CLIENT, ADMIN_OIDC_SCOPES: 'openid scores:admin', ADMIN_OIDC_AUDIENCE: 'scoreboard' });
  });
  afterAll(() => provider?.stop());
  afterEach(() => void Object.assign(provider, { claims: { scope: 'scores:admin' }, idClaims: {}, expiresIn: 600, answer: {} }));
  const desk = useDesk(settings);
  const enter = () => desk.visit({}, '/admin');

  it('leads to the provider with PKCE and back to the same view, and keeps codes and tokens out of the address', async () => {
    const { page, complaints, requests } = await desk.visit({}, '/admin#audit');
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
    await page.getByRole('heading', { name: 'Audit trail' }).waitFor();
    expect(page.url()).toBe(`${desk.url}/admin#audit`);
    const { code_challenge: challenge, state, nonce, ...asked } = Object.fromEntries(provider.asked);
    expect(asked).toEqual({ response_type: 'code', client_id: CLIENT, redirect_uri: `${desk.url}/admin`, scope: 'openid scores:admin', audience: 'scoreboard', code_challenge_method: 'S256' });
    for (const value of [challenge, state, nonce]) expect(value).toMatch(/^[\w-]{43}$/);
    expect(new Set([challenge, state, nonce]).size).toBe(3);
    const token = JSON.parse((await page.evaluate<string>(`sessionStorage.getItem('scoreboard-desk-token')`))) as string;
    expect(requests.filter((url) => url.includes(token))).toEqual([]);
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain(token);
    expect(await page.evaluate(`sessionStorage.getItem('scoreboard-desk-sign-in')`)).toBeNull();
    expect(complaints).toEqual([]);
    await page.reload();
    await isSignedIn(page, 'mod-1');
  });

  it('also takes a pasted token', async () => {
    const { page } = await enter();
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
    const token = JSON.parse((await page.evaluate<string>(`sessionStorage.getItem('scoreboard-desk-token')`))) as string;
    const { page: other } = await enter();
    await signIn(other, token);
    await isSignedIn(other, 'mod-1');
  });

  it('refuses an answer with another state, without a request to the provider, and lets the operator try again', async () => {
    const { page } = await enter();
    provider.answer = { state: 'another' };
    const before = tokenRequests(provider);
    await signInAtProvider(page, 'mod-1');
    await why(page, /does not belong to a sign-in of this tab/);
    expect(page.url()).toBe(`${desk.url}/admin`);
    expect(tokenRequests(provider)).toBe(before);
    provider.answer = {};
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
  });

  it('refuses an answer that this tab never asked for, and one that was used already', async () => {
    const { page } = await desk.visit({}, '/admin?code=stolen&state=guessed');
    await why(page, /does not belong to a sign-in of this tab/);
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
    const before = tokenRequests(provider);
    await page.goto(`${desk.url}/admin?code=again&state=${provider.asked.get('state')}`);
    await why(page, /was used already/);
    expect(tokenRequests(provider)).toBe(before);
  });

  it('refuses an answer that names another issuer', async () => {
    const { page } = await enter();
    provider.answer = { iss: 'https://evil.example' };
    const before = tokenRequests(provider);
    await signInAtProvider(page, 'mod-1');
    await why(page, /not from the configured identity provider/);
    expect(tokenRequests(provider)).toBe(before);
  });

  it.each([
    ['another nonce', { nonce: 'replayed' }, /its nonce is not that of this sign-in/],
    ['another client', { aud: 'another-client' }, /it is for another client/],
    ['another issuer', { iss: 'https://evil.example' }, /it has another issuer/],
    ['a time that is over', { exp: 1_000 }, /it has expired/],
  ])('refuses an ID token with %s', async (_what, idClaims, text) => {
    const { page } = await enter();
    provider.idClaims = idClaims;
    await signInAtProvider(page, 'mod-1');
    await why(page, text);
    expect(await page.evaluate(`sessionStorage.getItem('scoreboard-desk-token')`)).toBeNull();
    expect(await page.locator('nav').isVisible()).toBe(false);
  });

  it('shows what the provider says when it refuses, as text', async () => {
    const { page } = await enter();
    await signInAtProvider(page, 'mod-1', 'Deny');
    await why(page, 'The identity provider refused: You may not <b>enter</b> here (access_denied).');
  });

  it('shows why the provider gives no token for a code', async () => {
    const { page } = await enter();
    provider.answer = { code: 'not-one-of-ours' };
    await signInAtProvider(page, 'mod-1');
    await why(page, 'The identity provider gave no token: The code is not valid (invalid_grant).');
  });

  it('says that the token has not the scope, and has the provider ask for another account next time', async () => {
    const { page } = await enter();
    provider.claims = { scope: 'scores:write' };
    await signInAtProvider(page, 'ann');
    await why(page, /^You are signed in at 127\.0\.0\.1:\d+, but the scoreboard does not accept the token: .*scores:admin/);
    provider.claims = { scope: 'scores:admin' };
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
    expect(provider.asked.get('prompt')).toBe('login');
  });

  it('leads back to the same place after the token has expired, with what was typed', async () => {
    const { page } = await enter();
    provider.expiresIn = 15;
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
    provider.expiresIn = 600;
    await page.getByRole('link', { name: 'Player' }).click();
    await findPlayer(page, 'ann');
    await page.getByLabel('Action').fill('level-7');
    await page.getByRole('button', { name: 'Hide…' }).click();
    await page.getByLabel('Reason').fill('a long explanation');
    await why(page, 'Your token has expired. What you typed is still there.');
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
    expect(page.url()).toBe(`${desk.url}/admin#player`);
    await page.getByRole('heading', { name: 'ann', exact: true }).waitFor();
    expect(await page.getByLabel('Action').inputValue()).toBe('level-7');
    await page.getByRole('button', { name: 'Hide…' }).click();
    expect(await page.getByLabel('Reason').inputValue()).toBe('a long explanation');
  });

  it('signs out here and at the provider, which asks for the account again', async () => {
    const { page } = await enter();
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
    await eventually(() => expect(provider.requests).toContain('GET /logout'));
    const kept = await page.evaluate<string>('JSON.stringify(Object.keys(sessionStorage))');
    expect(kept).not.toMatch(/token/);
    await signInAtProvider(page, 'mod-2');
    await isSignedIn(page, 'mod-2');
    expect(provider.asked.get('prompt')).toBe('login');
  });

  it('lets the page call the token endpoint and nothing else', async () => {
    const policy = (await fetch(`${desk.url}/admin`)).headers.get('content-security-policy');
    expect(policy).toContain(`connect-src 'self' ${provider.issuer}/token;`);
    const { page } = await enter();
    const attempt = (path: string) => page.evaluate<string>(`fetch(${JSON.stringify(`${provider.issuer}${path}`)}, { mode: 'no-cors' }).then(() => 'sent', () => 'blocked')`);
    expect([await attempt('/token'), await attempt('/keys'), await attempt('/token/more')]).toEqual(['sent', 'blocked', 'blocked']);
  });

  it('says that the provider cannot be reached, and is there again when the provider is', async () => {
    const { port } = new URL(provider.issuer);
    await desk.role.kill();
    await provider.stop();
    await desk.restart();
    const { page } = await enter();
    await why(page, /cannot reach the identity provider/);
    expect(await page.getByRole('button', { name: /^Sign in with/ }).isDisabled()).toBe(true);
    expect((await fetch(`${desk.url}/admin`)).headers.get('content-security-policy')).toContain(NO_PROVIDER);
    await provider.start(Number(port));
    await eventually(async () => expect((await fetch(`${desk.url}/admin`)).headers.get('content-security-policy')).not.toContain(NO_PROVIDER));
    await page.reload();
    await signInAtProvider(page, 'mod-1');
    await isSignedIn(page, 'mod-1');
  });
});

describeWith('TEST_CHROMIUM', 'the desk without an identity provider', () => {
  const desk = useDesk();

  it('offers none, and does nothing with an answer of one', async () => {
    const { page, requests } = await desk.visit({}, '/admin?code=stolen&state=guessed');
    await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: /^Sign in with/ }).isVisible()).toBe(false);
    expect(requests.filter((url) => new URL(url).origin !== desk.url)).toEqual([]);
    expect((await fetch(`${desk.url}/admin`)).headers.get('content-security-policy')).toContain(NO_PROVIDER);
    await signIn(page, operatorToken('mod-1'));
    await raise(desk.url, { ann: 1 });
  });
});

it('asks no provider and serves no sign-in where the desk is off', async () => {
  const provider = await new OidcProvider({ clientId: CLIENT, redirectUri: 'http://127.0.0.1:1/admin' }).start();
  const { issuer } = provider;
  const role = await startStandalone({ LOG_LEVEL: 'warn', ADMIN_DESK: 'false', JWT_JWKS_URI: `${issuer}/keys`, ADMIN_OIDC_ISSUER: issuer, ADMIN_OIDC_CLIENT_ID: CLIENT });
  try {
    expect((await fetch(`${role.url}/admin?code=a&state=b`)).status).toBe(404);
    expect(provider.requests.filter((request) => request !== 'GET /keys')).toEqual([]);
  } finally {
    await role.kill();
    await provider.stop();
  }
});
