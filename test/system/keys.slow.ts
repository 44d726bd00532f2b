import { execFile } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import { freePort, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import { type Algorithm, sign, verify } from 'jsonwebtoken';
import { WebSocket } from 'ws';
import { SCOREBOARD } from './operator-command';
import { get, JWT_SECRET, newUser, order, post, type System, watch } from './system';
import { eventually, startStandalone } from '../support';

const providerKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A token, by default signed by the provider. */
const tokenOf = (sub: string, claims: object = {}, keyid = 'p1', key = providerKey.privateKey, algorithm: Algorithm = 'ES256') =>
  sign({ sub, scope: 'scores:write', iss: 'https://id.example', ...claims }, key, { algorithm, keyid, expiresIn: '10m' });
/** Runs `npm run token -- --sub ann`. */
const printToken = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  promisify(execFile)(process.execPath, [SCOREBOARD, 'token', ...(args.length ? args : ['--sub', 'ann'])], { env });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the standalone with its own key pair and a key provider', () => {
  const own = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  let settings: NodeJS.ProcessEnv;
  let provider: Server;
  let role: RoleProcess;
  let system: System;

  beforeAll(async () => {
    provider = createServer((_request, response) => {
      response.end(JSON.stringify({ keys: [{ ...providerKey.publicKey.export({ format: 'jwk' }), kid: 'p1', use: 'sig' }] }));
    });
    const port = await freePort(); // the provider's port: the first test starts it
    settings = { DATA_DIR: temporaryFolder('data'), JWT_PRIVATE_KEY: pem(own.privateKey), JWT_JWKS_URI: `http://127.0.0.1:${port}/keys`, LOG_LEVEL: 'error' };
    role = await startStandalone(settings);
    system = { apis: [role.url], gateways: [role.url], stop: async () => void (await role.stop()) };
  });
  afterAll(async () => {
    expect(await role.stop()).toBe(0);
    provider.closeAllConnections();
    provider.close();
  });

  const statusOfSocket = (token: string) =>
    new Promise<number>((resolve) => {
      const { socket } = watch(role.url, { token });
      const answer = (status: number) => {
        resolve(status);
        socket.disconnect();
      };
      socket.on('connect', () => answer(200));
      socket.on('connect_error', (error) => answer((error as Error & { data: { status: number } }).data.status));
      // A stock client gives up after a namespace error, so the connection is closed instead and the client reconnects.
      socket.on('disconnect', () => answer(socket.active ? 503 : 500));
    });
  const statusOfPlainSocket = (token: string) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${role.url.replace('http', 'ws')}/ws/scores`, { headers: bearer(token) });
      socket.on('open', () => {
        socket.close();
        resolve(200);
      });
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode!));
      socket.on('error', () => undefined); // after a refused upgrade
    });

  it('accepts its own tokens without the provider, and answers others with 503 until the provider is up, over HTTP and both kinds of sockets', async () => {
    expect((await get(system, '/health/ready')).body).toEqual({ status: 'degraded', degraded: ['keys'] });
    const guest = await fetch(`${role.url}/api/auth/guest`, { method: 'POST' }).then((response) => response.json() as Promise<{ token: string; userId: string }>);
    expect((await post(system, { userId: guest.userId, scoreIncrement: 1 }, bearer(guest.token))).status).toBe(201);
    const early = await post(system, { userId: 'ann', scoreIncrement: 1 }, bearer(tokenOf('ann')));
    expect(early).toMatchObject({ status: 503, body: { type: 'urn:scoreboard:problem:keys-unavailable', status: 503 } });
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(early.body)).not.toMatch(/127\.0\.0\.1|ECONN/);
    expect(await statusOfSocket(tokenOf('ann'))).toBe(503);
    expect(await statusOfPlainSocket(tokenOf('ann'))).toBe(503);
    expect(await statusOfSocket(guest.token)).toBe(200);

    const { port } = new URL(settings['JWT_JWKS_URI']!);
    await new Promise<void>((resolve) => provider.listen(Number(port), '127.0.0.1', resolve));
    const userId = newUser();
    const send = () => post(system, { userId, scoreIncrement: 1 }, bearer(tokenOf(userId)));
    await eventually(async () => expect((await send()).status).toBe(201), { everyMs: 100 });
    expect((await get(system, '/health/ready')).body).toEqual({ status: 'ready' });
    expect(await statusOfSocket(tokenOf(userId))).toBe(200);
    expect(await statusOfPlainSocket(tokenOf(userId))).toBe(200);
  });

  it.each<[string, () => string]>([
    ["the provider's key under our issuer", () => tokenOf('ann', { iss: 'scoreboard' })],
    ["our key under the provider's issuer", () => tokenOf('ann', {}, 'p1', own.privateKey, 'RS256')],
    ['an unknown key with a known kid', () => tokenOf('ann', {}, 'p1', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],
    ['an unknown key', () => tokenOf('ann', {}, 'p2')],
  ])('refuses a token signed with %s', async (_what, token) => {
    expect((await post(system, { userId: 'ann', scoreIncrement: 1 }, bearer(token()))).status).toBe(401);
    expect(await statusOfSocket(token())).toBe(401);
    expect(await statusOfPlainSocket(token())).toBe(401);
  });

  it('publishes the key of its tokens, and the token command signs with it too', async () => {
    const { status, headers, body } = await get(system, '/.well-known/jwks.json');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    const { n, e, kty } = own.publicKey.export({ format: 'jwk' });
    expect(body).toEqual({ keys: [{ kty, n, e, use: 'sig', alg: 'RS256', kid: expect.stringMatching(/^[\w-]{43}$/) }] });
    const { stdout } = await printToken(settings);
    const { header, payload } = verify(stdout.trim(), own.publicKey, { algorithms: ['RS256'], issuer: 'scoreboard', complete: true });
    expect(header.kid).toBe(body.keys[0].kid);
    expect(payload).toMatchObject({ sub: 'ann', scope: 'scores:write' });
    expect((await post(system, { userId: 'ann', scoreIncrement: 1 }, bearer(stdout.trim()))).status).toBe(201);
  });
});

describe.each<[string, () => NodeJS.ProcessEnv]>([
  ['a secret', () => ({ JWT_SECRET })],
  ['a private key', () => ({ JWT_PRIVATE_KEY: pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey) })],
])('the standalone that signs tokens with %s, with unusual claim settings', (_what, key) => {
  const meaning = {
    JWT_ISSUER: 'https://one.example/,https://two.example',
    JWT_AUDIENCE: 'web,mobile',
    JWT_AUDIENCE_CLAIM: 'client_id',
    JWT_USER_CLAIM: 'app_metadata.player',
    JWT_SCOPE_CLAIMS: 'realm_access.roles',
    JWT_SCOPE_PREFIX: 'scoreboard/',
    JWT_SCOPE_MAP: 'Writer=scores:write',
  };
  const settings: NodeJS.ProcessEnv = { ...meaning, ...key(), LOG_LEVEL: 'error' };
  let role: RoleProcess;
  let system: System;

  beforeAll(async () => {
    settings['DATA_DIR'] = temporaryFolder('data');
    role = await startStandalone(settings);
    system = { apis: [role.url], gateways: [role.url], stop: async () => void (await role.stop()) };
  });
  afterAll(async () => {
    expect(await role.stop()).toBe(0);
  });
  const raise = (userId: string, token: string) => post(system, { userId, scoreIncrement: 5 }, { ...bearer(token), prefer: 'wait=10' });

  it('accepts its own tokens: of a guest, of the token command and for an action', async () => {
    const guest = await fetch(`${role.url}/api/auth/guest`, { method: 'POST' }).then((response) => response.json() as Promise<{ token: string; userId: string }>);
    expect(await raise(guest.userId, guest.token)).toMatchObject({ status: 201 });
    expect(await raise('ann', (await printToken(settings)).stdout.trim())).toMatchObject({ status: 201, body: { score: 5 } });
    const website = (await printToken(settings, '--sub', 'website', '--scope', 'actions:issue')).stdout.trim();
    const { status, body } = await order(system, { userId: 'ann', action: 'level-7', maxIncrement: 5, expiresIn: 60 }, `Bearer ${website}`);
    expect(status).toBe(201);
    expect(await raise('ann', body.actionToken)).toMatchObject({ status: 201, body: { score: 10 } });
    const { socket, received } = watch(role.url, { token: guest.token });
    await eventually(() => expect(received.find(({ event }) => event === 'scores:me')?.data).toMatchObject({ userId: guest.userId, score: 5 }));
    socket.disconnect();
  });

  it('prints its address and a working token', async () => {
    const token = /^Token +(\S+)$/m.exec(role.output())![1]!;
    expect(await raise('alice', token)).toMatchObject({ status: 201 });
  });
});

describe('the standalone without a signing key', () => {
  it('answers 404 on the token endpoints, and its page has no play panel', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const settings = { DATA_DIR: temporaryFolder('data'), JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(), LOG_LEVEL: 'error' };
    const role = await startStandalone(settings);
    try {
      const system = { apis: [role.url], gateways: [], stop: async () => undefined };
      expect((await fetch(`${role.url}/api/auth/guest`, { method: 'POST' })).status).toBe(404);
      expect((await get(system, '/.well-known/jwks.json')).status).toBe(404);
      expect((await get(system, '/')).body).not.toContain('data-try');
      await expect(printToken(settings)).rejects.toMatchObject({ stderr: expect.stringMatching(/^JWT_PRIVATE_KEY: is required to sign tokens[^\n]*\n$/) });
    } finally {
      expect(await role.stop()).toBe(0);
    }
  });
});
