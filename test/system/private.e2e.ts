import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type RoleProcess, startRole, startServers, type Servers, temporaryFolder } from '@scoreboard/harness';
import { createClient } from 'redis';
import { describeWith, eventually } from '../support';
import { SCOREBOARD } from './operator-command';
import { apply, get, JWT_SECRET, type System, token } from './system';

const [ADDRESS, ADDRESS_V6] = ['203.0.113.77', '2001:db8:0:77::ca1a'];
const CANARY = 'canary-4711';
const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** Searches for personal data like an attacker with access to the disks, the memory of Redis and the logs. */
describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'personal data', () => {
  const [oldKey, newerKey] = [newKey('2025'), newKey('2026')];
  const cwd = temporaryFolder('private');
  let servers: Servers;
  let roles: RoleProcess[];
  let system: System;
  let settings: Record<string, string>;

  beforeAll(async () => {
    servers = await startServers(undefined, {});
    const { postgres, redis, rabbitmq } = servers.urls;
    settings = { DATABASE_URL: postgres!, REDIS_URL: redis!, RABBITMQ_URL: rabbitmq!, JWT_SECRET, DATA_ENCRYPTION_KEYS: oldKey };
    roles = await Promise.all([startRole('worker', settings), startRole('api', { ...settings, TRUST_PROXY: '1', LOG_LEVEL: 'trace' })]);
    system = { apis: [roles[1]!.url], gateways: [], stop: async () => undefined };
  });
  afterAll(async () => {
    await Promise.all((roles ?? []).map((role) => role.kill()));
    await servers?.stop();
  });

  /** Runs an operator command of the build; resolves with its output. */
  const command = async (name: string, args: string[], more: Record<string, string> = {}) => {
    const env = { PATH: process.env.PATH, ...settings, ...more };
    const { stdout } = await promisify(execFile)(process.execPath, [SCOREBOARD, name, ...args], { cwd, env });
    return stdout;
  };
  const askForToken = async (secret: string, address: string) => {
    const headers = { authorization: `Basic ${Buffer.from(`game:${secret}`).toString('base64')}`, 'x-forwarded-for': address };
    return fetch(`${system.apis[0]}/api/auth/token`, { method: 'POST', headers, body: new URLSearchParams({ grant_type: 'client_credentials' }) });
  };
  /** Files in the servers' folders that contain these bytes. */
  const grep = (text: string): Promise<string> =>
    promisify(execFile)('grep', ['-rlF', '-e', text, ...[servers.postgres!, servers.redis!, servers.rabbitmq!].map(({ folder }) => folder)]).then(
      ({ stdout }) => stdout,
      (error: { code?: number; stdout: string }) => {
        if (error.code === 1) return ''; // nothing found
        throw error;
      },
    );
  const redisHolds = async (text: string): Promise<string[]> => {
    const client = await createClient({ url: servers.urls.redis }).connect();
    const found: string[] = [];
    for await (const keys of client.scanIterator({ COUNT: 1_000 })) {
      for (const key of keys) {
        const dump = await client.withTypeMapping({ 36: Buffer }).dump(key);
        if (key.includes(text) || dump?.toString().includes(text)) found.push(key);
      }
    }
    await client.close();
    return found;
  };

  it('is in no file, Redis key or log, but the operator can read it', async () => {
    const secret = /client_secret=(.+)/.exec(await command('clients', ['add', 'game', '--scope', 'scores:write:any']))![1]!;
    for (const address of [ADDRESS, ADDRESS_V6]) {
      const answer = await askForToken(secret, address);
      expect(answer.status).toBe(200);
      expect((await askForToken('wrong', address)).status).toBe(401);
      const { access_token: bearer } = (await answer.json()) as { access_token: string };
      const update = { method: 'POST', body: JSON.stringify({ userId: 'ann', scoreIncrement: 5 }), headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', prefer: 'wait=10', 'x-forwarded-for': address } };
      expect((await fetch(`${system.apis[0]}/api/scores/update`, update)).status).toBe(201);
      expect((await fetch(`${system.apis[0]}/api/scores/top`, { headers: { 'x-forwarded-for': address } })).status).toBe(200);
      expect((await fetch(`${system.apis[0]}/api/scores/update`, { ...update, body: '{' })).status).toBe(400);
    }
    const trail = (await command('audit-log', ['list'])).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(trail).toMatchObject([{ act: 'token.issue', address: ADDRESS_V6 }, { act: 'token.issue', address: ADDRESS }, { act: 'client.add', actor: expect.any(String), target: 'game' }]);

    const { DATABASE_URL } = settings;
    const database = new (await import('pg')).Client({ connectionString: DATABASE_URL });
    await database.connect();
    await database.query('CHECKPOINT'); // flushes the server's memory to disk, where the search looks
    await database.end();
    expect(await grep('token.issue')).toContain('/data/base/'); // proves that the search works
    for (const text of [ADDRESS, ADDRESS_V6, secret]) {
      expect(await grep(text)).toBe('');
      expect(await redisHolds(text)).toEqual([]);
      for (const role of roles) expect(role.output()).not.toContain(text);
    }
  });

  it('stays readable after a key rotation, but not with the old key', async () => {
    const ring = { DATA_ENCRYPTION_KEYS: `${newerKey},${oldKey}` };
    expect(await command('rotate-keys', [], ring)).toContain('re-encrypted 2 under 2026; entries by key: 2026 2');
    expect(await command('audit-log', ['list'], { DATA_ENCRYPTION_KEYS: newerKey })).toContain(`"address":"${ADDRESS}"`);
    await expect(command('audit-log', ['list'])).rejects.toThrow('the key 2026 is not in DATA_ENCRYPTION_KEYS');
    expect(await command('audit-log', ['list'], { DATA_ENCRYPTION_KEYS: '' })).toContain('"address":null');
  });

  it('is erased from the ledger, Redis and the board when a user is forgotten, while every point stays', async () => {
    const key = { 'idempotency-key': 'once' };
    await apply(system, CANARY, 900);
    const send = (headers = {}) => fetch(`${system.apis[0]}/api/scores/update`, {
      method: 'POST',
      body: JSON.stringify({ userId: CANARY, scoreIncrement: 50 }),
      headers: { authorization: `Bearer ${token(CANARY)}`, 'content-type': 'application/json', prefer: 'wait=10', ...headers },
    });
    expect((await send(key)).status).toBe(201);
    expect(await redisHolds(CANARY)).not.toEqual([]);

    const told = await command('forget', [CANARY, '--yes']);
    const pseudonym = /^forgotten as (forgotten-[\w-]{22}): dead letters 0, command keys 1, database 3, leaderboard 1 records$/m.exec(told)?.[1];
    expect(pseudonym).toBeDefined();
    expect(await redisHolds(CANARY)).toEqual([]);
    expect((await get(system, `/api/scores/users/${CANARY}`)).status).toBe(404);
    expect((await get(system, `/api/scores/users/${pseudonym}`)).body).toEqual({ userId: pseudonym, score: 950, rank: 1, players: expect.any(Number) });
    await eventually(async () => expect((await get(system, '/api/scores/top')).body[0]).toEqual({ userId: pseudonym, score: 950 }));

    // A retry does not count again: the key now belongs to the renamed user.
    expect((await send(key)).status).toBe(422);
    await expect(command('forget', [CANARY, '--yes'])).rejects.toMatchObject({ code: 3, stderr: `${CANARY}: no records of this user found\n` });
    expect(await redisHolds(CANARY)).toEqual([]);
    expect(await command('audit-log', ['list', '--limit', '2'], { DATA_ENCRYPTION_KEYS: '' })).not.toContain(CANARY);
    expect((await get(system, `/api/scores/users/${pseudonym}`)).body.score).toBe(950);
  });
});
