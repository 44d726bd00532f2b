import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AddClient, AuditLog, ClientSecrets, ErrorReporter, RevokeClient, ServiceClients, TokenVerifier } from '@scoreboard/application';
import { ScoreboardEvents } from '@scoreboard/domain';
import { readSettings, type Settings } from '@scoreboard/infrastructure/config';
import { EncryptionModule } from '@scoreboard/infrastructure/encryption';
import { Database, PostgresModule } from '@scoreboard/infrastructure/postgres';
import { RateLimitsModule } from '@scoreboard/infrastructure/rate-limits';
import { TokensModule } from '@scoreboard/infrastructure/tokens';
import { describeWith, freshDatabase } from '../../../../test/support';
import { createApp } from '../http';
import { UserIdsModule } from '../people/user-ids.module';
import { AuthModule } from './auth.module';
import { LimitsModule } from './limits.module';

@Module({})
class Faults {
  static readonly providers: DynamicModule = {
    module: Faults,
    global: true,
    providers: [{ provide: ErrorReporter, useValue: { report: () => undefined } }, { provide: ScoreboardEvents, useValue: new ScoreboardEvents() }],
    exports: [ErrorReporter, ScoreboardEvents],
  };
}

@Module({})
class TestApp {}

async function start(settings: Settings): Promise<NestFastifyApplication> {
  const imports = [
    TokensModule.forRoot(settings),
    RateLimitsModule,
    LimitsModule.forRoot({ writes: settings.RATE_LIMIT_WRITES, reads: settings.RATE_LIMIT_READS }),
    EncryptionModule.forRoot(settings),
    PostgresModule.forRoot({ url: settings.DATABASE_URL }),
    Faults.providers,
    UserIdsModule.forRoot(settings),
    AuthModule.forRoot({ guestPlay: false }),
  ];
  const app = await createApp({ module: TestApp, imports }, { logger: false, trustProxy: 1, corsOrigins: [] });
  await app.listen(0, '127.0.0.1');
  return app;
}

const operator = { name: 'ann', console: 'root@test' };

describeWith('TEST_DATABASE_URL', 'POST /api/auth/token', () => {
  let server: Awaited<ReturnType<typeof freshDatabase>>;
  let app: NestFastifyApplication;
  let secret: string;
  const settingsFor = (more: Record<string, string>): Settings => ({
    ...readSettings('cli', { DATABASE_URL: server.url, RATE_LIMIT_READS: '0', ...more }),
    DATA_ENCRYPTION_KEYS: [{ id: 'k1', key: createSecretKey(randomBytes(32)) }],
  });
  const addClient = (id: string, scopes: string[]) => new AddClient(app.get(ServiceClients), new ClientSecrets(), app.get(AuditLog)).execute(operator, id, scopes);

  beforeAll(async () => {
    server = await freshDatabase();
    app = await start(settingsFor({ JWT_SECRET: 's'.repeat(32) }));
    secret = (await addClient('game', ['scores:write:any', 'actions:issue']))!;
  });
  afterAll(async () => {
    await app.close();
    await server.drop();
  });

  const ask = async (form: Record<string, string> | string, headers: Record<string, string> = {}, from = app) => {
    const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
    const response = await fetch(`${await from.getUrl()}/api/auth/token`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
  };
  const basic = (id: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}` });
  const grant = { grant_type: 'client_credentials' };

  it('issues a token for the client, authenticated with HTTP Basic or in the body', async () => {
    for (const [form, headers] of [[grant, basic('game', secret)], [{ ...grant, client_id: 'game', client_secret: secret }, {}]] as const) {
      const answer = await ask(form, headers);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('pragma')).toBe('no-cache');
      expect(answer.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3_600, scope: 'scores:write:any actions:issue' });
      const identity = await app.get(TokenVerifier).verify(String(answer.body['access_token']));
      expect(identity).toMatchObject({ subject: 'game', userId: 'game', scopes: new Set(['scores:write:any', 'actions:issue']) });
    }
  });

  it('issues only the requested scopes', async () => {
    const { body } = await ask({ ...grant, scope: 'actions:issue' }, basic('game', secret));
    expect(body['scope']).toBe('actions:issue');
    expect((await app.get(TokenVerifier).verify(String(body['access_token']))).scopes).toEqual(new Set(['actions:issue']));
  });

  const own = () => ({ ...grant, client_id: 'game', client_secret: secret });
  it.each<[string, number, string, () => [form: Record<string, string> | string, headers?: Record<string, string>]]>([
    ['without a grant type', 400, 'invalid_request', () => ['', basic('game', secret)]],
    ['with an empty grant type', 400, 'invalid_request', () => ['grant_type=', basic('game', secret)]],
    ['with a repeated parameter', 400, 'invalid_request', () => ['grant_type=client_credentials&grant_type=client_credentials', basic('game', secret)]],
    ['as JSON', 400, 'invalid_request', () => [JSON.stringify(own()), { 'content-type': 'application/json' }]],
    ['as text', 400, 'invalid_request', () => [new URLSearchParams(own()).toString(), { 'content-type': 'text/plain' }]],
    ['with two secrets', 400, 'invalid_request', () => [own(), basic('game', secret)]],
    ['that names two clients', 400, 'invalid_request', () => [{ ...grant, client_id: 'other' }, basic('game', secret)]],
    ['with another grant type', 400, 'unsupported_grant_type', () => [{ ...own(), grant_type: 'password' }]],
    ['for a scope that the client does not have', 400, 'invalid_scope', () => [{ ...own(), scope: 'actions:issue scores:admin' }]],
    ['for a malformed scope', 400, 'invalid_scope', () => [{ ...own(), scope: 'actions:issue  "' }]],
    ['without a client', 401, 'invalid_client', () => [grant]],
    ['without a secret', 401, 'invalid_client', () => [{ ...grant, client_id: 'game' }]],
    ['with a wrong secret', 401, 'invalid_client', () => [grant, basic('game', `${secret}x`)]],
    ['from an unknown client', 401, 'invalid_client', () => [grant, basic('nobody', secret)]],
    ['from a client with an impossible id', 401, 'invalid_client', () => [{ ...grant, client_id: "\u0000' OR 1=1", client_secret: secret }]],
    ['from an unknown client, for an unknown scope', 401, 'invalid_client', () => [{ ...grant, scope: 'x' }, basic('nobody', secret)]],
    ['with a bearer token', 401, 'invalid_client', () => [grant, { authorization: 'Bearer abc' }]],
    ['with malformed Basic credentials', 401, 'invalid_client', () => [grant, { authorization: 'Basic %%%' }]],
  ])('refuses a request %s', async (_what, status, error, request) => {
    const answer = await ask(...request());
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error, error_description: expect.any(String) });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="scoreboard", charset="UTF-8"' : null);
  });

  it('ignores unknown parameters, as the RFC requires', async () => {
    expect((await ask({ ...own(), audience: 'x', scope: '' })).status).toBe(200);
  });

  it('issues nothing to a revoked client', async () => {
    const gone = (await addClient('gone', ['scores:admin']))!;
    expect((await ask(grant, basic('gone', gone))).status).toBe(200);
    expect(await new RevokeClient(app.get(ServiceClients), app.get(AuditLog)).execute(operator, 'gone')).toBe(true);
    expect((await ask(grant, basic('gone', gone))).body['error']).toBe('invalid_client');
    expect(await new RevokeClient(app.get(ServiceClients), app.get(AuditLog)).execute(operator, 'gone')).toBe(false);
    expect(await addClient('gone', ['scores:admin'])).toBeUndefined();
  });

  it('audits added clients, issued tokens with their address, and revoked clients, without secrets', async () => {
    const since = new Date();
    const audited = (await addClient('audited', ['scores:admin']))!;
    await ask(grant, { ...basic('audited', audited), 'x-forwarded-for': '203.0.113.9' });
    await ask(grant, basic('audited', 'wrong'));
    await new RevokeClient(app.get(ServiceClients), app.get(AuditLog)).execute(operator, 'audited');
    const entries = await app.get(AuditLog).newest(10, since);
    expect(entries.map(({ id: _id, at: _at, ...entry }) => entry)).toEqual([
      { act: 'client.revoke', actor: 'ann', target: 'audited', details: { console: 'root@test' } },
      { act: 'token.issue', actor: 'audited', details: { scopes: ['scores:admin'] }, address: '203.0.113.9' },
      { act: 'client.add', actor: 'ann', target: 'audited', details: { scopes: ['scores:admin'], console: 'root@test' } },
    ]);
    expect(JSON.stringify(entries)).not.toContain(audited);
  });

  it('accepts forms on this route only', async () => {
    const response = await fetch(`${await app.getUrl()}/api/auth/guest`, { method: 'POST', body: new URLSearchParams(grant) });
    expect(response.status).toBe(404);
    expect((await ask('x'.repeat(17_000))).status).toBe(413);
  });

  it('limits the requests of one address, independently of the limit for guests', async () => {
    const limited = await start(settingsFor({ JWT_SECRET: 's'.repeat(32), RATE_LIMIT_READS: '2' }));
    const guest = () => fetch(`${url}/api/auth/guest`, { method: 'POST', headers: { 'x-forwarded-for': '203.0.113.9' } });
    const url = await limited.getUrl();
    for (let i = 0; i < 3; i++) await guest();
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask(grant, { ...basic('game', 'wrong'), 'x-forwarded-for': '203.0.113.9' }, limited));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 429]);
    expect(answers[2]!.headers.get('ratelimit-policy')).toBe('"tokens";q=2;w=60');
    expect(answers[2]!.body).toMatchObject({ type: 'urn:scoreboard:problem:rate-limited', status: 429 });
    expect((await ask(grant, { ...basic('game', secret), 'x-forwarded-for': '203.0.113.10' }, limited)).status).toBe(200);
    await limited.close();
  });

  it('answers 404 without a signing key', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const verifying = await start(settingsFor({ JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString() }));
    expect((await ask(own(), {}, verifying)).status).toBe(404);
    await verifying.get(Database).open(); // a pending connection would outlive the test
    await verifying.close();
  });

  it('answers 503 while the database is down', async () => {
    const alone = await start({ ...settingsFor({ JWT_SECRET: 's'.repeat(32) }), DATABASE_URL: 'postgres://postgres@127.0.0.1:1/none' });
    const answer = await ask(own(), {}, alone);
    expect(answer.status).toBe(503);
    expect(answer.body['type']).toBe('urn:scoreboard:problem:ledger-unavailable');
    await alone.close();
  });
});
