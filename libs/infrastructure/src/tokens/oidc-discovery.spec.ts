import { OidcProvider, withClockStopped } from '../../../../test/support';
import { OidcDiscovery, type OidcDiscoveryOptions } from './oidc-discovery';

const client = { clientId: 'desk', redirectUri: 'http://127.0.0.1:1/admin' };

describe('OidcDiscovery', () => {
  let provider: OidcProvider;
  let faults: string[];
  beforeEach(async () => {
    faults = [];
    provider = await new OidcProvider(client).start();
  });
  afterEach(() => provider.stop().catch(() => undefined)); // a test may have stopped it
  const discovery = (options: Partial<OidcDiscoveryOptions> = {}) =>
    new OidcDiscovery({ issuer: provider.issuer, clientId: 'desk', scope: 'openid', onFault: (error) => faults.push((error as Error).message), ...options });

  it('reads the endpoints once for all who ask at the same time, and keeps them', async () => {
    const { issuer } = provider;
    const found = discovery({ audience: 'scoreboard' });
    const all = await Promise.all([found.details(), found.details(), found.details()]);
    const expected = { issuer, clientId: 'desk', scope: 'openid', audience: 'scoreboard', authorizationEndpoint: `${issuer}/authorize`, tokenEndpoint: `${issuer}/token`, endSessionEndpoint: `${issuer}/logout`, namesIssuer: true };
    expect(all).toEqual([expected, expected, expected]);
    expect(await found.details()).toEqual(expected);
    expect(provider.requests).toEqual(['GET /.well-known/openid-configuration']);
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example' }, /^the provider calls itself "https:\/\/evil.example": expected "http:\/\/127/],
    ['no token endpoint', { token_endpoint: undefined }, /token_endpoint is missing/],
    ['an endpoint in plain text', { token_endpoint: 'http://idp.example/token' }, /token_endpoint is not an https:\/\/ URL/],
    ['an endpoint that is a script', { authorization_endpoint: 'javascript:alert(1)' }, /authorization_endpoint is not an https:\/\/ URL/],
    ['no S256', { code_challenge_methods_supported: ['plain'] }, /does not support PKCE with S256/],
  ])('refuses a configuration with %s, and says so', async (_what, metadata, problem) => {
    provider.metadata = metadata;
    expect(await discovery().details()).toBeUndefined();
    expect(faults).toEqual([expect.stringMatching(problem)]);
  });

  it('keeps the last endpoints while the provider is away, asks again after a pause, and takes new ones', async () => {
    const found = discovery({ refreshMs: 0, retryMs: 60_000 });
    const before = await found.details();
    const port = Number(new URL(provider.issuer).port);
    await provider.stop();
    expect(await found.details()).toEqual(before);
    expect(await found.details()).toEqual(before);
    expect(faults).toEqual([expect.stringMatching(/^cannot be reached: ECONNREFUSED/)]);
    provider.metadata = { end_session_endpoint: undefined };
    await provider.start(port);
    expect(await found.details()).toEqual(before);
    expect(await withClockStopped(() => found.details(), performance, 60_000)).not.toHaveProperty('endSessionEndpoint');
  });
});
