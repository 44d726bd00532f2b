import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type RoleProcess, startRole, type Servers, temporaryFolder } from '@scoreboard/harness';
import { lockFolder } from '@scoreboard/infrastructure/postgres';
import { decode } from 'jsonwebtoken';
import { Client } from 'pg';
import { describeWith, eventually, freshDatabase, shareServers } from '../support';
import { atTerminal, entriesOf, scoreboard, succeed, whyNoTerminal } from './operator-command';
import { apply, get, JWT_SECRET, newUser, post, type System } from './system';

const UUID = '0190d5c6-7b1e-7c3a-9d1e-2f6a8b4c5d6e';

describe('scoreboard without servers', () => {
  const DATA_DIR = join(temporaryFolder('nothing'), 'data');
  /** Unreachable servers: a command that tries to connect exits with 69. */
  const away = { DATA_DIR, JWT_SECRET, DATABASE_URL: 'postgres://ann@127.0.0.1:1/x', REDIS_URL: 'redis://127.0.0.1:1', RABBITMQ_URL: 'amqp://127.0.0.1:1' };

  const { DATABASE_URL, RABBITMQ_URL } = away;
  it.each<[string, NodeJS.ProcessEnv, RegExp[]]>([
    ['migrate', {}, [/^DATABASE_URL: is required, or a standalone's data in DATA_DIR/]],
    ['audit-log list', {}, [/^DATABASE_URL: is required/]],
    ['clients list', { DATABASE_URL: 'mysql://x' }, [/^DATABASE_URL: must be a URL that begins with postgres/]],
    ['dead-letters list', {}, [/^RABBITMQ_URL: is required/]],
    ['rebuild-leaderboard', { DATABASE_URL }, [/^REDIS_URL: is required/]],
    ['rotate-keys', { DATABASE_URL }, [/^DATA_ENCRYPTION_KEYS: is required/]],
    ['forget ann --yes', { DATABASE_URL }, [/^REDIS_URL: is required, otherwise the id would stay in that server/, /^RABBITMQ_URL: is required, otherwise the id would stay in that server/]],
    ['token --sub ann', { JWT_SECRET: 'short' }, [/^JWT_SECRET: must be at least 32 bytes long$/]],
    ['token --sub ann', { JWT_JWKS_URI: 'https://id.example/keys' }, [/^JWT_PRIVATE_KEY: is required to sign tokens/]],
  ])('names the setting that "%s" lacks, with exit code 78', async (words, env, said) => {
    const { exitCode, stdout, stderr } = await scoreboard({ DATA_DIR, ...env }, ...words.split(' '));
    expect([exitCode, stdout]).toEqual([78, '']);
    expect(stderr.trimEnd().split('\n')).toEqual(said.map((line) => expect.stringMatching(line)));
    expect(existsSync(DATA_DIR)).toBe(false);
  });

  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['audit-log list', { DATABASE_URL }, /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED/],
    ['migrate --dry-run', { DATABASE_URL }, /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:1/],
    ['token --sub ann', { DATABASE_URL, JWT_SECRET }, /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:1/],
    ['dead-letters list', { RABBITMQ_URL: `${RABBITMQ_URL},amqp://127.0.0.1:2` }, /^RABBITMQ_URL: RabbitMQ at 127\.0\.0\.1:1, 127\.0\.0\.1:2 cannot be used/],
  ])('names the server that "%s" cannot reach, and its setting, in one line, with exit code 69', async (words, env, said) => {
    const { exitCode, stdout, stderr } = await scoreboard({ DATA_DIR, ...env }, ...words.split(' '));
    expect([exitCode, stdout]).toEqual([69, '']);
    expect(stderr.split('\n')).toEqual([expect.stringMatching(said), '']);
  });

  it('names every unreachable server, one per line', async () => {
    const { exitCode, stderr } = await scoreboard(away, 'forget', 'ann', '--yes');
    expect([exitCode, ...stderr.trimEnd().split('\n').map((line) => line.split(':')[0])]).toEqual([69, 'DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL']);
  });

  it('signs a token with only a key, and says that it is not audited', async () => {
    const { exitCode, stdout, stderr } = await scoreboard({ DATA_DIR, JWT_SECRET }, 'token', '--sub', 'ann', '--scope', 'scores:write actions:issue', '--expires-in', '60');
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^Not recorded in an audit trail/)]);
    const { sub, scope, iat, exp } = decode(stdout.trim()) as { sub: string; scope: string; iat: number; exp: number };
    expect([sub, scope, exp - iat]).toEqual(['ann', 'scores:write actions:issue', 60]);
  });
});

describe('scoreboard on a standalone', () => {
  // Longer than a socket path may be.
  const DATA_DIR = join(temporaryFolder('operator'), 'a'.repeat(90), 'data');
  const env = (): NodeJS.ProcessEnv => ({ DATA_DIR });
  let role: RoleProcess;
  let system: System;
  const start = async () => {
    role = await startRole('standalone', { DATA_DIR, LOG_LEVEL: 'warn', RATE_LIMIT_WRITES: '0' }, { readyWithinMs: 120_000 });
    system = { apis: [role.url], gateways: [role.url], stop: async () => undefined };
  };
  const bearer = async (...words: string[]) => ({ authorization: `Bearer ${(await succeed(env(), 'token', ...words)).trim()}` });

  beforeAll(start, 150_000);
  afterAll(async () => {
    expect(await role.stop()).toBe(0);
  });

  describe('that is running', () => {
    it('adds, lists and revokes clients', async () => {
      const id = newUser('game');
      expect(await succeed(env(), 'clients', 'add', id, '--scope', 'scores:write', '--dry-run')).toBe(`would add ${id} with scores:write\n`);
      expect(await succeed(env(), 'clients', 'add', id, '--scope', 'scores:write')).toMatch(new RegExp(`^client_id=${id}\nclient_secret=[\\w-]{43}\n$`));
      expect(await scoreboard(env(), 'clients', 'add', id, '--scope', 'scores:write')).toMatchObject({ exitCode: 1, stderr: `${id}: already used; a client id cannot be reused\n` });
      expect(entriesOf(await succeed(env(), 'clients', 'list'))).toContainEqual({ id, scopes: ['scores:write'], createdAt: expect.any(String) });
      expect(await succeed(env(), 'clients', 'revoke', id, '--dry-run')).toBe(`would revoke ${id}\n`);
      expect(await succeed(env(), 'clients', 'revoke', id)).toBe(`${id} is revoked\n`);
      expect(await scoreboard(env(), 'clients', 'revoke', id)).toMatchObject({ exitCode: 3, stdout: '' });
      expect(await scoreboard(env(), 'clients', 'revoke', newUser())).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/no such client/) });
    });

    it('audits each command with the operator and the console', async () => {
      const since = new Date().toISOString();
      const [id, console] = [newUser('trail'), expect.stringMatching(/^\S+@\S+$/)];
      await succeed(env(), 'clients', 'add', id, '--scope', 'scores:write', '--as', 'Ann Äpfel');
      await succeed(env(), 'clients', 'revoke', id);
      await succeed(env(), 'token', '--sub', id, '--as', 'bob');
      await succeed(env(), 'rotate-keys', '--as', 'bob');
      const trail = entriesOf(await succeed(env(), 'audit-log', 'list', '--since', since));
      expect(trail.map(({ id: _id, at: _at, ...entry }) => entry).reverse()).toEqual([
        { act: 'client.add', actor: 'Ann Äpfel', target: id, details: { scopes: ['scores:write'], console } },
        { act: 'client.revoke', actor: expect.any(String), target: id, details: { console } },
        { act: 'token.sign', actor: 'bob', target: id, details: { scopes: ['scores:write'], expiresIn: 3_600, console } },
        { act: 'keys.rotate', actor: 'bob', details: { to: expect.stringMatching(/^own-/), console } },
      ]);
    });

    it('prints JSON with --json', async () => {
      expect(JSON.parse(await succeed(env(), 'migrate', '--dry-run', '--json'))).toEqual({ dryRun: true, pending: [] });
      expect(JSON.parse(await succeed(env(), 'rotate-keys', '--dry-run', '--json'))).toMatchObject({ dryRun: true, reencrypted: 0, byKey: {} });
    });

    it('exits with 3 if nothing is found', async () => {
      const boards = [['boards', 'fill', 'nope'], ['boards', 'drop', 'nope', '--before', '2020-01-01', '--yes'], ['boards', 'drop', 'day', '--before', '2020-01-01', '--dry-run']];
      for (const words of [['dead-letters', 'replay', UUID], ['dead-letters', 'drop', UUID, '--yes'], ['forget', newUser(), '--yes'], ['forget', newUser(), '--dry-run'], ...boards]) {
        const { exitCode, stdout, stderr } = await scoreboard(env(), ...words);
        expect([exitCode, stdout, stderr.split('\n').length]).toEqual([3, '', 2]);
      }
    });

    it('fills no board that is whole, and refuses a period that a board cannot have', async () => {
      expect(await succeed(env(), 'boards', 'fill', 'week', '--dry-run')).toBe('week has nothing to fill: its open periods are whole\n');
      expect(await succeed(env(), 'boards', 'list')).toMatch(/^day: daily, UTC\n {2}\d{4}-\d\d-\d\d {2}\S+ to \S+ {2}open\n/);
      const refused = { exitCode: 64, stdout: '', stderr: '--before: must be a day, such as 2026-11-28\n' };
      expect(await scoreboard(env(), 'boards', 'drop', 'day', '--before', '2026-W01', '--dry-run')).toMatchObject(refused);
    });

    it('reports that the schema is up to date', async () => expect(await succeed(env(), 'migrate')).toBe('the schema is up to date\n'));

    it('signs tokens that the standalone accepts', async () => {
      const userId = newUser();
      expect((await post(system, { userId, scoreIncrement: 5 }, { ...(await bearer('--sub', userId)), prefer: 'wait=10' })).body).toMatchObject({ status: 'applied', score: 5 });
    });

    it('does not audit a token signed with a foreign key', async () => {
      const other = { ...env(), JWT_SECRET };
      const { exitCode, stderr } = await scoreboard(other, 'token', '--sub', newUser('stranger'));
      expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^Not recorded in an audit trail/)]);
      expect(await succeed(env(), 'audit-log', 'list')).not.toContain('stranger');
    });

    it('lists, replays and drops dead letters', async () => {
      const userId = newUser();
      const service = await bearer('--sub', 'game', '--scope', 'scores:write:any');
      const key = { 'idempotency-key': newUser('key') };
      // The second total would exceed the limit, so the command is rejected.
      const { body: full } = await post(system, { userId, scoreIncrement: 1_000 }, { ...service, ...key, prefer: 'wait=10' });
      const line = (commandId: string, scoreIncrement: number) => `${JSON.stringify({ at: '2026-11-24T12:00:00.000Z', reason: 'total-limit', command: { commandId, userId, scoreIncrement } })}\n`;
      writeFileSync(join(DATA_DIR, 'dead-letters.jsonl'), line(UUID, 7) + line(full.commandId, 999) + 'cut', { mode: 0o600 });
      const listed = entriesOf(await succeed(env(), 'dead-letters', 'list'));
      expect(listed).toEqual([
        { reason: 'total-limit', at: '2026-11-24T12:00:00.000Z', commandId: UUID, content: expect.stringContaining(userId) },
        expect.objectContaining({ commandId: full.commandId }),
        { reason: 'malformed', problem: 'not a valid line of the dead-letter file', content: 'cut' },
      ]);
      expect(await succeed(env(), 'dead-letters', 'replay', UUID, '--dry-run')).toBe('1 would be queued again\n');
      expect(await succeed(env(), 'dead-letters', 'replay', UUID.toUpperCase())).toBe('1 queued again\n');
      await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ score: 1_007 }));
      // Its id was applied with other content: it is dead-lettered again, with another reason.
      expect(await succeed(env(), 'dead-letters', 'replay', 'all')).toBe('1 queued again\n');
      expect(entriesOf(await succeed(env(), 'dead-letters', 'list')).map(({ reason }) => reason)).toEqual(['malformed', 'key-conflict']);
      expect(JSON.parse(await succeed(env(), 'dead-letters', 'drop', 'all', '--dry-run', '--json'))).toEqual({ dryRun: true, letters: 2 });
      expect(await succeed(env(), 'dead-letters', 'drop', 'all', '--yes', '--as', 'ann')).toBe('2 dropped\n');
      expect(await scoreboard(env(), 'dead-letters', 'drop', 'all', '--yes')).toMatchObject({ exitCode: 3, stderr: 'There are no dead letters.\n' });
      const [drop, , replay] = entriesOf(await succeed(env(), 'audit-log', 'list', '--limit', '3'));
      expect(drop).toMatchObject({ act: 'dead-letters.drop', actor: 'ann', target: 'all', details: { found: 2 } });
      expect(replay).toMatchObject({ act: 'dead-letters.replay', target: UUID, details: { found: 1 } });
    });

    it('escapes terminal control sequences in dead letters', async () => {
      const content = '\u009b2J\u001b]0;owned\u0007\u202egnp.exe\u2066\u200f\u200b\u2028\ufeff';
      writeFileSync(join(DATA_DIR, 'dead-letters.jsonl'), `${content}\n`, { mode: 0o600 });
      const { stdout } = await scoreboard(env(), 'dead-letters', 'list');
      expect(stdout).toMatch(/^[\x20-\x7e]+\n$/);
      expect(entriesOf(stdout)).toEqual([expect.objectContaining({ content })]);
      await succeed(env(), 'dead-letters', 'drop', 'all', '--yes');
    });

    it('forgets a user on the board, in the ledger and in memory, and keeps every point', async () => {
      const userId = newUser('canary');
      const mine = { ...(await bearer('--sub', userId)), 'idempotency-key': 'once' };
      for (const prefer of ['wait=10', 'wait=1']) await post(system, { userId, scoreIncrement: 900 }, { ...mine, prefer });
      expect(await succeed(env(), 'forget', userId, '--dry-run')).toBe(`would forget ${userId}: dead letters 0, command keys 1, database 6, leaderboard 4 records\n`);
      expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ score: 900 });
      const told = await succeed(env(), 'forget', userId, '--yes');
      const [, pseudonym] = /^forgotten as (forgotten-[\w-]{22}): dead letters 0, command keys 1, database 6, leaderboard 4 records\n$/.exec(told)!;
      expect((await get(system, `/api/scores/users/${userId}`)).status).toBe(404);
      await eventually(async () => expect((await get(system, `/api/scores/users/${pseudonym}`)).body).toMatchObject({ score: 900 }));
      expect((await post(system, { userId, scoreIncrement: 900 }, mine)).status).toBe(422);
      expect(await scoreboard(env(), 'forget', userId, '--yes')).toMatchObject({ exitCode: 3 });
    });

    it.each(['https://steamcommunity.com/openid/id/1', "o'brien@x", '{uuid}', 'aGk/+w==', '%41', '$(id)', 'x'.repeat(255)])('forgets %s', async (userId) => {
      const mine = await bearer('--sub', userId);
      await post(system, { userId, scoreIncrement: 900 }, { ...mine, 'idempotency-key': 'once', 'prefer': 'wait=10' });
      const told = await succeed(env(), 'forget', userId, '--yes');
      expect(told).toMatch(/^forgotten as forgotten-[\w-]{22}: dead letters 0, command keys 1, database 6, leaderboard 4 records\n$/);
      expect((await get(system, `/api/scores/users/${encodeURIComponent(userId)}`)).status).toBe(404);
    });

    const terminal = whyNoTerminal() ? it.skip : it;
    terminal(`asks a person at a terminal before it destroys, and shows a list for people${whyNoTerminal() ?? ''}`, async () => {
      const letter = { at: '2026-11-24T12:00:00.000Z', reason: 'total-limit', command: { commandId: UUID, userId: 'ann', scoreIncrement: 1 } };
      writeFileSync(join(DATA_DIR, 'dead-letters.jsonl'), `${JSON.stringify(letter)}\n`, { mode: 0o600 });
      expect((await atTerminal(env(), '', 'dead-letters', 'list')).output).toMatch(/^reason: total-limit\r\nat: 2026-11-24T12:00:00\.000Z\r\ncommandId: .*\r\n\r\n$/s);
      for (const answer of ['n\n', '\n', 'yess\n']) {
        const { exitCode, output } = await atTerminal(env(), answer, 'dead-letters', 'drop', 'all');
        expect([exitCode, output]).toEqual([1, expect.stringMatching(/Drop 1 dead letters permanently\? \[y\/N\] .*Nothing was changed\./s)]);
      }
      expect(entriesOf(await succeed(env(), 'dead-letters', 'list'))).toHaveLength(1);
      const { exitCode, output } = await atTerminal(env(), 'y\n', 'dead-letters', 'drop', 'all');
      expect([exitCode, output]).toEqual([0, expect.stringMatching(/1 dropped\r\n$/)]);
    });

    it('rebuilds its leaderboard', async () => {
      expect(await succeed(env(), 'rebuild-leaderboard', '--dry-run')).toMatch(/^would rebuild the leaderboard: it is up to date with the ledger\n$/);
      expect(await succeed(env(), 'rebuild-leaderboard')).toMatch(/^rebuilt the leaderboard; its board has revision \d+\n$/);
    });

    it('imports totals once, and shows them on the board', async () => {
      const file = join(temporaryFolder('import'), 'scores.csv');
      const [ann, bob] = [newUser('ann'), newUser('bob')];
      writeFileSync(file, `userId,score\n${ann},7000000\n${bob},6000000\n`);
      const run = () => succeed(env(), 'import', file, '--source', 'legacy', '--as', 'ann');
      expect(await succeed(env(), 'import', file, '--source', 'legacy', '--dry-run')).toBe('would import 2 users; 0 had been imported before, 0 have no points\n');
      expect(await run()).toBe('imported 2 users; 0 had been imported before, 0 have no points\n');
      expect(await run()).toBe('imported 0 users; 2 had been imported before, 0 have no points\n');
      await eventually(async () => expect((await get(system, '/api/scores/top?limit=2')).body).toEqual([{ userId: ann, score: 7_000_000 }, { userId: bob, score: 6_000_000 }]));
      expect(entriesOf(await succeed(env(), 'audit-log', 'list'))).toContainEqual(expect.objectContaining({ act: 'scores.import', actor: 'ann', details: expect.objectContaining({ source: 'legacy', users: 2 }) }));
      writeFileSync(file, `userId,score\n${ann},7000001\n`);
      expect(await scoreboard(env(), 'import', file, '--source', 'legacy')).toMatchObject({ exitCode: 1, stderr: `${file}:2: ${ann} was not imported: another total was imported from this source before\n` });
    });

    it('imports nothing from a file with a problem, and names its line', async () => {
      const file = join(temporaryFolder('import'), 'scores.csv');
      const ann = newUser('ann');
      writeFileSync(file, `userId,score\n${ann},5\n${ann},6\nbob,x\n`);
      const { exitCode, stdout, stderr } = await scoreboard(env(), 'import', file, '--source', 'legacy');
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr.trimEnd().split('\n')).toEqual([`${file}:3: userId: stands in line 2 already`, `${file}:4: score: must be a whole number from 0 to 9007199254740991`, 'Nothing was imported.']);
      expect((await get(system, `/api/scores/users/${ann}`)).status).toBe(404);
    });

    it('imports more totals than fit into one call', async () => {
      const file = join(temporaryFolder('import'), 'scores.csv');
      const prefix = newUser('x'.repeat(200));
      writeFileSync(file, `userId,score\n${Array.from({ length: 2_500 }, (_, i) => `${prefix}-${i},1`).join('\n')}\n`);
      expect(JSON.parse(await succeed(env(), 'import', file, '--source', 'many', '--json'))).toEqual({ dryRun: false, imported: 2_500, repeated: 0, refused: [], withoutPoints: 0 });
    });

    it('is not used if the settings name other servers', async () => {
      expect(await scoreboard({ ...env(), DATABASE_URL: 'postgres://ann@127.0.0.1:1/x' }, 'clients', 'list')).toMatchObject({ exitCode: 69 });
    });
  });

  describe('that is stopped', () => {
    beforeAll(async () => {
      expect(await role.stop()).toBe(0);
      expect(readdirSync(DATA_DIR)).not.toContain('control.sock');
    });
    afterAll(start, 150_000);

    it('adds and lists clients, signs tokens and rotates keys, all audited', async () => {
      const id = newUser('stopped');
      await succeed(env(), 'clients', 'add', id, '--scope', 'scores:write', '--as', 'ann');
      expect(entriesOf(await succeed(env(), 'clients', 'list'))).toContainEqual({ id, scopes: ['scores:write'], createdAt: expect.any(String) });
      await succeed(env(), 'token', '--sub', id, '--as', 'ann');
      await succeed(env(), 'rotate-keys', '--as', 'ann');
      expect(await succeed(env(), 'migrate')).toBe('the schema is up to date\n');
      const trail = entriesOf(await succeed(env(), 'audit-log', 'list', '--limit', '3'));
      expect(trail.map(({ act, actor }) => [act, actor])).toEqual([['keys.rotate', 'ann'], ['token.sign', 'ann'], ['client.add', 'ann']]);
    });

    it('lists and drops dead letters, but requires the running process to replay them', async () => {
      writeFileSync(join(DATA_DIR, 'dead-letters.jsonl'), `${JSON.stringify({ at: 'x', reason: 'total-limit', command: { commandId: UUID, userId: 'ann', scoreIncrement: 1 } })}\n`);
      expect(entriesOf(await succeed(env(), 'dead-letters', 'list'))).toHaveLength(1);
      expect(await scoreboard(env(), 'dead-letters', 'replay', UUID)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/start it first/) });
      expect(await succeed(env(), 'dead-letters', 'drop', UUID, '--yes')).toBe('1 dropped\n');
    });

    it('forgets a user', async () => {
      const user = newUser('file');
      writeFileSync(join(DATA_DIR, 'dead-letters.jsonl'), `${JSON.stringify({ at: 'x', reason: 'total-limit', command: { commandId: UUID, userId: user, scoreIncrement: 1 } })}\n`);
      expect(await succeed(env(), 'forget', user, '--yes')).toMatch(/^forgotten as forgotten-[\w-]{22}: dead letters 1, database 0 records\n$/);
      await succeed(env(), 'dead-letters', 'drop', 'all', '--yes');
      expect(await scoreboard(env(), 'forget', user, '--yes')).toMatchObject({ exitCode: 3 });
    });

    it('asks to try again while a standalone is starting on the folder', async () => {
      const release = lockFolder(DATA_DIR);
      const { exitCode, stderr } = await scoreboard(env(), 'clients', 'list');
      release();
      expect([exitCode, stderr]).toEqual([75, expect.stringMatching(new RegExp(`^DATA_DIR: .* is in use by process ${process.pid}[^\\n]*\\n$`))]);
    });

    it('has no leaderboard to rebuild', async () => {
      expect(await scoreboard(env(), 'rebuild-leaderboard')).toMatchObject({ exitCode: 78, stderr: expect.stringMatching(/rebuilds its leaderboard at each start/) });
    });
  });
});

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'scoreboard on the servers', () => {
  let servers: Servers;
  let roles: RoleProcess[] = [];
  let system: System;
  let env: NodeJS.ProcessEnv;
  const database = () => new Client({ connectionString: servers.urls.postgres });

  beforeAll(async () => {
    servers = await shareServers('operator');
    const { postgres, redis, rabbitmq } = servers.urls;
    env = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, DATA_DIR: join(temporaryFolder('none'), 'data') };
  });
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.stop()));
    await servers?.stop();
  });

  it('creates the schema only with migrate, which has a dry run', async () => {
    for (const words of [['audit-log', 'list'], ['token', '--sub', 'ann'], ['rebuild-leaderboard'], ['migrate', '--help'], ['forget', 'ann', '--dry-run']]) await scoreboard(env, ...words);
    const tables = async () => {
      const client = database();
      await client.connect();
      const { rows } = await client.query(`SELECT count(*)::integer AS tables FROM pg_tables WHERE schemaname = 'public'`);
      await client.end();
      return rows[0] as { tables: number };
    };
    const migrations = ['Schema1764000000000', 'ForgetIndexes1795900000000', 'RenameByIndex1795900000001', 'Boards1796100000000', 'EventTables1796200000000', 'HidingIndex1796200000001', 'Profiles1796300000000', 'PublicIds1796300000001', 'BoardClosings1796400000000', 'BoardFilling1796400000001', 'BoardDropping1796400000002', 'PeriodOrders1796400000003', 'QueueLooks1796400000004', 'ResolvedProfiles1796500000000', 'GuestClaims1797000000000', 'PlayerPages1797000000001', 'NameCodes1797100000000', 'NameIndexes1797100000001', 'PlayerFlags1797200000000', 'StandingsByUser1797300000000'];
    expect(await scoreboard(env, 'audit-log', 'list')).toMatchObject({ exitCode: 1, stderr: `DATABASE_URL: the schema lacks ${migrations.join(', ')}: run scoreboard migrate first\n` });
    expect(await succeed(env, 'migrate', '--dry-run')).toBe(`would run ${migrations.join(', ')}\n`);
    expect(await tables()).toEqual({ tables: 0 });
    expect(await succeed(env, 'migrate', '--as', 'ann')).toBe(`the schema is up to date, these migrations ran: ${migrations.join(', ')}\n`);
    expect(await succeed(env, 'migrate')).toBe('the schema is up to date\n');
    expect(entriesOf(await succeed(env, 'audit-log', 'list'))).toMatchObject([{ act: 'migrate', actor: 'ann', details: { migrations } }]);
  });

  it('rebuilds the leaderboard of running roles, and shows its state in a dry run', async () => {
    roles = await Promise.all([startRole('api', { ...env, LOG_LEVEL: 'warn' }), startRole('worker', { ...env, LOG_LEVEL: 'warn' })]);
    system = { apis: [roles[0]!.url], gateways: [], stop: async () => undefined };
    await eventually(async () => expect((await apply(system, 'ann', 5)).body).toMatchObject({ status: 'applied' }));
    await eventually(async () => expect(await succeed(env, 'rebuild-leaderboard', '--dry-run')).toMatch(/: it is up to date with the ledger\n$/), { everyMs: 500 });
    expect(JSON.parse(await succeed(env, 'rebuild-leaderboard', '--json'))).toEqual({ revision: expect.any(Number) });
  });

  it('imports totals, which workers bring to the leaderboard', async () => {
    const file = join(temporaryFolder('import'), 'scores.csv');
    const ann = newUser('ann');
    writeFileSync(file, `userId,score\n${ann},7000000\n`);
    await succeed(env, 'import', file, '--source', 'legacy');
    await eventually(async () => expect((await get(system, `/api/scores/users/${ann}`)).body).toMatchObject({ score: 7_000_000, rank: 1 }));
  });

  it('names Redis and its setting if Redis is down', async () => {
    const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
    const { exitCode, stderr } = await scoreboard({ ...env, REDIS_URL }, 'rebuild-leaderboard');
    expect([exitCode, stderr]).toEqual([69, expect.stringMatching(/^REDIS_URL: Redis at 127\.0\.0\.1:\d+ cannot be used: connect ECONNREFUSED [^\n]*\n$/)]);
  });

  it('changes dead letters with only the broker, and says that this is not audited', async () => {
    const userId = newUser();
    const first = await apply(system, userId, 5);
    const { connect } = await import('amqplib');
    const broker = await connect(servers.urls.rabbitmq!);
    const channel = await broker.createConfirmChannel();
    channel.sendToQueue('scores.commands', Buffer.from(JSON.stringify({ v: 1, commands: [{ commandId: first.body.commandId, userId, scoreIncrement: 6 }] })), { persistent: true });
    await channel.waitForConfirms();
    await broker.close();
    const alone = { RABBITMQ_URL: env.RABBITMQ_URL, DATA_DIR: env.DATA_DIR };
    await eventually(async () => expect(entriesOf(await succeed(alone, 'dead-letters', 'list'))).toMatchObject([{ reason: 'key-conflict', commandId: first.body.commandId }]), { everyMs: 500 });
    expect(await scoreboard(alone, 'dead-letters', 'drop', UUID, '--yes')).toMatchObject({ exitCode: 3, stderr: `${UUID}: no dead letter has this command id\n` });
    const { exitCode, stdout, stderr } = await scoreboard(alone, 'dead-letters', 'drop', first.body.commandId, '--yes');
    expect([exitCode, stdout, stderr]).toEqual([0, '1 dropped\n', expect.stringMatching(/^Not recorded in an audit trail/)]);
  });

  it('acts on a standalone that uses the same database, which holds the rest itself', async () => {
    const { url: DATABASE_URL, drop } = await freshDatabase();
    const DATA_DIR = join(temporaryFolder('mixed'), 'data');
    const mixed = { DATA_DIR, DATABASE_URL };
    const role = await startRole('standalone', { ...mixed, LOG_LEVEL: 'warn' });
    roles.push(role);
    const here: System = { apis: [role.url], gateways: [role.url], stop: async () => undefined };
    const authorization = `Bearer ${(await succeed(mixed, 'token', '--sub', 'ann')).trim()}`;
    await post(here, { userId: 'ann', scoreIncrement: 5 }, { authorization, prefer: 'wait=10' });
    expect(await succeed(mixed, 'dead-letters', 'list')).toBe('');
    expect(await succeed(mixed, 'forget', 'ann', '--yes')).toMatch(/database 6, leaderboard 4 records\n$/);
    expect((await get(here, '/api/scores/users/ann')).status).toBe(404);
    expect(entriesOf(await succeed(mixed, 'audit-log', 'list')).map(({ act }) => act)).toEqual(['forget', 'token.sign']);
    expect(await role.stop()).toBe(0);

    expect(await scoreboard(mixed, 'forget', 'bob', '--yes')).toMatchObject({ exitCode: 78, stderr: expect.stringMatching(/^REDIS_URL: .*\nRABBITMQ_URL: .*--standalone/) });
    writeFileSync(join(DATA_DIR, 'dead-letters.jsonl'), `${JSON.stringify({ at: 'x', reason: 'total-limit', command: { commandId: UUID, userId: 'bob', scoreIncrement: 1 } })}\n`);
    expect(await succeed(mixed, 'forget', 'bob', '--yes', '--standalone')).toMatch(/^forgotten as forgotten-[\w-]{22}: dead letters 1, database 0 records\n$/);
    await drop();
  });

  it('audits each token it signs', async () => {
    await succeed(env, 'token', '--sub', 'carol', '--action', 'level-7', '--max-increment', '50', '--as', 'ann');
    expect(entriesOf(await succeed(env, 'audit-log', 'list', '--limit', '1'))).toMatchObject([
      { act: 'token.sign', actor: 'ann', target: 'carol', details: { action: 'level-7', maxIncrement: 50, expiresIn: 3_600 } },
    ]);
  });
});
