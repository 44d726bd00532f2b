import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@scoreboard/harness';
import { eventually, signJws } from '../../support';
import { succeed } from '../operator-command';
import { get, newUser, post, type System, watch } from '../system';
import { FakeProvider } from './fake-provider';
import type { Provider, ProviderToken } from './provider';
import { providers } from './providers';
import { recipes } from './recipe';
import { type StandaloneApp, startStandaloneApp } from './standalone-app';

const recipeOf = ({ heading, block = 0 }: Pick<Provider, 'heading' | 'block'>) => recipes.get(heading)![block]!;
const all = providers((heading, block) => recipeOf({ heading, block })['JWT_SECRET']!);
const keyFile = (key: KeyObject): string => {
  const file = join(temporaryFolder('keys'), 'key.pem');
  writeFileSync(file, key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }));
  return file;
};

/** Makes each token unique, so that the token cache does not hide a verification. */
const sign = ({ header, claims, key }: ProviderToken): string => signJws(header, { ...claims, nonce: randomUUID() }, key);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

it('covers every recipe of the document', () => {
  const servers = 'Servers'; // a later section
  const played = all.map(({ heading, block = 0 }) => `${heading} ${block}`);
  const written = [...recipes].filter(([heading]) => heading !== servers).flatMap(([heading, blocks]) => blocks.map((_block, i) => `${heading} ${i}`));
  expect(played.sort()).toEqual(written.sort());
});

describe.each(all.map((provider) => [`${provider.heading} (block ${provider.block ?? 0})`, provider] as const))('with the recipe of %s', (_name, provider) => {
  const { userId, player, service, unprivileged, foreign } = provider;
  let fake: FakeProvider | undefined;
  let app: StandaloneApp;
  let system: System;

  beforeAll(async () => {
    const settings: NodeJS.ProcessEnv = { ...recipeOf(provider) };
    if (provider.keySet) {
      // The path comes from the recipe: the provider serves its keys nowhere else.
      fake = new FakeProvider(new URL(settings['JWT_JWKS_URI']!).pathname, provider.keySet);
      settings['JWT_JWKS_URI'] = await fake.start();
    }
    if (provider.publicKey) settings['JWT_PUBLIC_KEY_FILE'] = keyFile(provider.publicKey);
    app = await startStandaloneApp(settings);
    system = { apis: [app.url], gateways: [app.url], stop: app.stop };
    await eventually(async () => expect((await get(system, '/health/ready')).body).toEqual({ status: 'ready' }));
  });
  afterAll(async () => {
    await app?.stop();
    fake?.stop();
  });

  /** Connects a Socket.IO client with this token; returns the status, and the user whose score it receives. */
  const onSocket = (token: string) =>
    new Promise<{ status: number; me?: { userId: string; score: number } }>((resolve, reject) => {
      const { socket, received } = watch(app.url, { token });
      const answer = (status: number) => {
        const me = received.find(({ event }) => event === 'scores:me')?.data;
        socket.disconnect();
        resolve({ status, ...(me ? { me } : {}) });
      };
      socket.on('connect_error', (error) => answer((error as Error & { data?: { status: number } }).data?.status ?? 0));
      // Once a request is answered, everything sent on connecting has arrived.
      socket.on('connect', () => {
        eventually(() => expect(received.length).toBeGreaterThan(0))
          .then(() => socket.timeout(5_000).emitWithAck('subscribe', 'top:3'))
          .then(() => eventually(() => expect(received.map(({ event }) => event)).toContain('top:3')))
          .then(() => answer(200), reject);
      });
    });
  const raise = (user: string, token: ProviderToken) => post(system, { userId: user, scoreIncrement: 5 }, { ...bearer(sign(token)), prefer: 'wait=5' });

  it("a player raises and sees only the player's own score", async () => {
    const first = await raise(userId, player);
    expect([first.status, first.body]).toEqual([201, expect.objectContaining({ userId, status: 'applied', score: 5 })]);
    expect(await raise('another', player)).toMatchObject({ status: 403, body: { type: 'urn:scoreboard:problem:foreign-user' } });
    expect(await onSocket(sign(player))).toEqual({ status: 200, me: { userId, score: 5, rank: expect.any(Number) } });
    expect((await get(system, `/api/scores/users/${encodeURIComponent(userId)}/history`, bearer(sign(player)))).body.items).toHaveLength(1);
  });

  it('a service raises any score', async () => {
    const somebody = newUser();
    expect((await raise(somebody, service)).body).toMatchObject({ userId: somebody, status: 'applied', score: 5 });
    const { status, me } = await onSocket(sign(service));
    expect([status, me === undefined]).toEqual([200, provider.serviceHasNoUser ?? false]);
    const history = await get(system, `/api/scores/users/${somebody}/history`, bearer(sign(service)));
    expect([history.status, history.body.type]).toEqual([403, `urn:scoreboard:problem:${provider.serviceHasNoUser ? 'no-user' : 'foreign-user'}`]);
  });

  it('an action token raises the score of its own subject, with any user claim', async () => {
    const details = [{ type: 'score_update', action: 'level-7', max_increment: 5 }];
    const token = { ...service, claims: { ...service.claims, jti: randomUUID(), authorization_details: details } };
    expect(await raise(String(service.claims['sub']), token)).toMatchObject({ status: 201 });
  });

  it('a token without the scope is answered 403, but may watch', async () => {
    expect(await raise(userId, unprivileged)).toMatchObject({ status: 403, body: { type: 'urn:scoreboard:problem:insufficient-scope' } });
    expect((await onSocket(sign(unprivileged))).status).toBe(200);
  });

  it.each(Object.entries(foreign))('%s is refused with 401, over HTTP and on a socket', async (_what, token) => {
    expect(await raise(userId, token)).toMatchObject({ status: 401, body: { type: 'urn:scoreboard:problem:unauthenticated' } });
    expect((await onSocket(sign(token))).status).toBe(401);
  });

  it('logs the unusable keys of the set once, and no other error', () => {
    expect(app.complaints).toHaveLength(provider.leftOut ? 1 : 0);
    for (const kid of provider.leftOut ?? []) expect(app.complaints[0]).toContain(kid);
  });
});

describe('with a provider and our own private key', () => {
  const provider = all.find(({ heading }) => heading === 'Clerk')!;
  const fake = new FakeProvider('/.well-known/jwks.json', provider.keySet!);
  afterAll(() => fake.stop());

  it('a service gets its token here, regardless of the settings for the claims of the provider', async () => {
    const [keySetting] = Object.keys(recipes.get('Servers')![0]!);
    const settings = { DATA_DIR: temporaryFolder('data'), [keySetting!]: keyFile(generateKeyPairSync('ed25519').privateKey) };
    const role = await startStandaloneApp({ ...recipeOf(provider), ...settings, JWT_JWKS_URI: await fake.start() });
    try {
      const secret = /^client_secret=(.+)$/m.exec(await succeed(settings, 'clients', 'add', 'game-server', '--scope', 'scores:write:any'))![1]!;
      const system = { apis: [role.url], gateways: [], stop: async () => undefined };
      const headers = { authorization: `Basic ${Buffer.from(`game-server:${secret}`).toString('base64')}` };
      const answer = await fetch(`${role.url}/api/auth/token`, { method: 'POST', headers, body: new URLSearchParams({ grant_type: 'client_credentials' }) });
      const { access_token } = (await answer.json()) as { access_token: string };
      expect(await post(system, { userId: provider.userId, scoreIncrement: 1 }, bearer(access_token))).toMatchObject({ status: 201 });
      expect(await post(system, { userId: provider.userId, scoreIncrement: 1 }, bearer(sign(provider.player)))).toMatchObject({ status: 201 });
    } finally {
      await role.stop();
    }
  });
});
