import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@scoreboard/infrastructure/postgres';
import { Logger } from '@nestjs/common';
import { type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { connect } from 'amqplib';
import { createClient } from 'redis';
import { command } from '@scoreboard/application/scores/score-queue.contract';
import { RabbitMqScoreQueue } from '../../libs/infrastructure/src/rabbitmq/rabbitmq-score-queue';
import { declareTopology, topologyOf } from '../../libs/infrastructure/src/rabbitmq/topology';
import { describeWith, eventually } from '../support';
import { brokerRows, FUNCTIONS, redisRows, sqlRows } from './privilege-rows';
import { OLD_BOARDS } from './old-boards';
import { succeed } from './operator-command';
import { type PrivilegedServers, runSql, shipped, startPrivilegedServers } from './privileged-servers';
import { actionLimitsFile, actionToken, apply, get, JWT_SECRET, moderate, newUser, order, post, type System, token, watch } from './system';

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'with the shipped privileges', () => {
  let servers: PrivilegedServers;
  let roles: RoleProcess[] = [];
  let system: System;
  const keys = `k:${randomBytes(32).toString('base64')}`;

  beforeEach(() => Logger.overrideLogger(false));
  beforeAll(async () => {
    Logger.overrideLogger(false);
    servers = await startPrivilegedServers();
  });
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.stop()));
    await servers?.stop();
  });

  const rulesFile = join(temporaryFolder('rules'), 'flag-rules.json');
  writeFileSync(rulesFile, JSON.stringify([{ id: 'rich', kind: 'rate', seconds: 60, maxPoints: 900, effect: 'hold' }]));

  const operator = (...words: string[]) => succeed({ ...servers.urlsOf('operator'), DATA_ENCRYPTION_KEYS: keys }, ...words);

  describe('every role', () => {
    it('reports a missing schema, and starts once the migrator has created it', async () => {
      const database = new Database({ url: servers.urlsOf('worker').DATABASE_URL, poolSize: 2 });
      await expect(database.open()).rejects.toThrow(/^the schema lacks Schema1764000000000, .*, and this user may not change it: migrate as its owner, then grant$/);
      await expect(operator('audit-log', 'list')).rejects.toThrow(/the schema lacks Schema1764000000000, .*: run scoreboard migrate first/);
      expect(await succeed(servers.urlsOf('migrator'), 'migrate')).toContain('the schema is up to date, these migrations ran: Schema1764000000000');
      await expect(database.open()).rejects.toThrow(/and this user may not change it/); // no grants yet
      await runSql(servers.urlsOf('migrator').DATABASE_URL, shipped('postgres-grants.sql'));
      expect(await database.query('SELECT * FROM score_event')).toEqual([]);
      await database.onApplicationShutdown();
    });

    it('starts with only its own users; the gateway with only Redis', async () => {
      const { REDIS_URL } = servers.urlsOf('gateway');
      const common = { JWT_SECRET, LOG_LEVEL: 'warn' };
      roles = await Promise.all([
        startRole('api', { ...servers.urlsOf('api'), ...common, GUEST_PLAY: 'true', ACTION_LIMITS_FILE: actionLimitsFile(), DATA_ENCRYPTION_KEYS: keys }),
        startRole('worker', { ...servers.urlsOf('worker'), ...common, FLAG_RULES_FILE: rulesFile }),
        startRole('gateway', { REDIS_URL, ...common }),
      ]);
      system = { apis: [roles[0]!.url], gateways: [roles[2]!.url], stop: async () => undefined };
      for (const { url } of roles) await eventually(async () => expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready' }));
    });

    it('works from the POST to the pushed board, including moderation', async () => {
      const [userId, other] = [newUser(), newUser()];
      const watched = watch(system.gateways[0]!, { token: token(userId) });
      const answer = await post(system, { userId, scoreIncrement: 7 }, { 'prefer': 'wait=10', 'idempotency-key': 'once' });
      expect(answer).toMatchObject({ status: 201, body: { status: 'applied', score: 7 } });
      expect((await post(system, { userId, scoreIncrement: 7 }, { 'idempotency-key': 'once' })).body.commandId).toBe(answer.body.commandId);
      await eventually(() => expect(watched.boards().at(-1)?.entries).toContainEqual(expect.objectContaining({ userId, score: 7 })));
      await eventually(() => expect(watched.received).toContainEqual(expect.objectContaining({ event: 'scores:me', data: expect.objectContaining({ score: 7 }) })));
      expect(await watched.socket.timeout(10_000).emitWithAck('subscribe', 'around:me')).toMatchObject({ ok: true });
      expect((await post(system, { userId: other, scoreIncrement: 5 }, { authorization: `Bearer ${actionToken(other, { action: 'limited' })}`, prefer: 'wait=10' })).status).toBe(201);
      expect((await get(system, `/api/scores/users/${userId}/around`)).status).toBe(200);
      expect((await get(system, '/api/scores/top?limit=50')).status).toBe(200);
      expect((await get(system, `/api/scores/users/${userId}/history`, { authorization: `Bearer ${token(userId)}` })).body.items).toHaveLength(1);
      expect(await moderate(system, 'POST', 'reversals', { commandId: answer.body.commandId, reason: 'a test' })).toMatchObject({ status: 201, body: { reversed: 1, points: 7 } });
      expect((await moderate(system, 'PUT', `hidden/${other}`, { reason: 'a test' })).status).toBe(204);
      await eventually(() => expect(JSON.stringify(watched.boards().at(-1)?.entries)).not.toMatch(`${userId}|${other}`));
      expect((await order(system, { userId, action: 'kill', maxIncrement: 5, expiresIn: 60 })).status).toBe(201);
      watched.socket.close();
    });

    it('moves the points of a guest, and those that were still queued', async () => {
      const send = (path: string, jwt: string, body: object, more: Record<string, string> = {}) =>
        fetch(`${system.apis[0]}/api/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${jwt}`, ...more }, body: JSON.stringify(body) });
      const guest = (await (await fetch(`${system.apis[0]}/api/auth/guest`, { method: 'POST' })).json()) as { token: string; userId: string };
      const player = newUser();
      for (let i = 0; i < 3; i++) expect((await send('scores/update', guest.token, { userId: guest.userId, scoreIncrement: 2 })).status).toBe(201);
      expect((await send('auth/guest/claim', token(player), { guestToken: guest.token })).status).toBe(200);
      await eventually(async () => expect((await get(system, `/api/scores/users/${player}`)).body).toMatchObject({ score: 6 }));
    });

    it('flags suspicious points, holds their player, and takes them back', async () => {
      const userId = newUser();
      await eventually(async () => expect(await operator('consumers', 'list')).toMatch(/flag-rules/), { everyMs: 500 });
      expect((await apply(system, userId, 901)).status).toBe(201);
      const admin = { authorization: `Bearer ${token('mod', 'scores:admin')}` };
      const open = async () => (await get(system, '/api/moderation/flags', admin)).body.items as { id: number; userId: string }[];
      await eventually(async () => expect(await open()).toMatchObject([{ userId, rule: 'rich' }]));
      const { id } = (await open())[0]!;
      for (const what of ['take-back', 'reopen', 'clear']) expect((await moderate(system, 'POST', `flags/${id}/${what}`, {})).status).toBe(200);
      expect(await (await fetch(`${roles[1]!.url}/metrics`)).text()).toMatch(/^scoreboard_open_flags(\{[^}]*\})? 0$/m);
      expect(await operator('forget', userId, '--yes')).toMatch(/^forgotten as forgotten-/);
      expect((await get(system, '/api/moderation/flags?state=cleared', admin)).body.items).toEqual([]);
    });

    it('rebuilds an empty Redis', async () => {
      const userId = newUser();
      await apply(system, userId, 3);
      await servers.redis.kill();
      await servers.redis.start();
      await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ score: 3 }));
      await eventually(async () => expect((await fetch(`${system.gateways[0]}/health/ready`)).status).toBe(200));
      const admin = watch(system.gateways[0]!);
      await eventually(() => expect(admin.boards().at(-1)?.entries).toContainEqual(expect.objectContaining({ userId, score: 3 })));
      admin.socket.close();
      expect(await apply(system, userId, 1)).toMatchObject({ body: { score: 4 } });
    });

    it('works with the operator commands', async () => {
      const userId = newUser();
      await apply(system, userId, 2);
      const [, id, secret] = /client_id=(\S+)\nclient_secret=(\S+)/.exec(await operator('clients', 'add', 'game', '--scope', 'scores:write:any'))!;
      const issued = await fetch(`${system.apis[0]}/api/auth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      expect(issued.status).toBe(200);
      expect(await operator('clients', 'list')).toContain('game');
      expect(await operator('clients', 'revoke', 'game')).toContain('is revoked');
      expect(await operator('audit-log', 'list')).toContain('game');
      expect(await operator('rotate-keys')).toContain('re-encrypted');
      await publish('api', 'scores.commands.in', '{"not":"ours"}');
      await eventually(async () => expect(await operator('dead-letters', 'list')).toContain('malformed'), { everyMs: 500 });
      await expect(operator('dead-letters', 'replay', 'all')).rejects.toThrow(/No dead letter contains a command/);
      expect(await operator('dead-letters', 'drop', 'all', '--yes')).toContain('1 dropped');
      expect(await operator('rebuild-leaderboard')).toContain('rebuilt the leaderboard');
      await runSql(servers.urlsOf('migrator').DATABASE_URL, OLD_BOARDS);
      expect(await operator('boards', 'fill', 'forever')).toMatch(/^all is whole: counted [1-9]/m);
      expect(await operator('boards', 'drop', 'day', '--before', '2021-01-01', '--yes')).toContain('dropped 1 totals of 1 periods');
      expect(await operator('forget', userId, '--yes')).toMatch(/^forgotten as forgotten-/);
      expect(await operator('audit-log', 'list')).toMatch(/"act":"forget".*"act":"leaderboard.rebuild".*"act":"dead-letters.drop"/s);
      expect((await get(system, `/api/scores/users/${userId}`)).status).toBe(404);
    });

    it("let the operator import only while the operator has the right", async () => {
      const file = join(temporaryFolder('import'), 'scores.csv');
      writeFileSync(file, 'userId,score\nimported,5\n');
      const importIt = () => operator('import', file, '--source', 'legacy');
      await expect(importIt()).rejects.toThrow(/permission denied for function apply_commands/);
      const migrator = servers.urlsOf('migrator').DATABASE_URL;
      await runSql(migrator, 'GRANT EXECUTE ON FUNCTION apply_commands TO scoreboard_operator');
      expect(await importIt()).toContain('imported 1 users');
      await runSql(migrator, shipped('postgres-grants.sql'));
      await expect(importIt()).rejects.toThrow(/permission denied for function apply_commands/);
    });

    it('serves all of the desk only while the api has the rights for it', async () => {
      const migrator = servers.urlsOf('migrator').DATABASE_URL;
      const mayRead = (queues: string) => servers.rabbitmq.ctl('set_permissions', '-p', 'scoreboard', 'scoreboard_api', '^$', '^scores\\.commands\\.in$', queues);
      const api = await startRole('api', { ...servers.urlsOf('api'), JWT_SECRET, ADMIN_DESK: 'true', DATA_ENCRYPTION_KEYS: keys, LOG_LEVEL: 'silent' });
      const headers = { authorization: `Bearer ${token('mod', 'scores:admin')}` };
      const statuses = () => Promise.all(['moderation/audit', 'operator/dead-letters', 'operator/consumers', 'operator/clients'].map(async (path) => (await fetch(`${api.url}/api/${path}`, { headers })).status));
      expect(await statuses()).toEqual([503, 503, 503, 200]);
      await runSql(migrator, shipped('postgres-grants-desk.sql'));
      await mayRead('^scores\\.commands\\.dead$');
      expect(await statuses()).toEqual([200, 200, 200, 200]);
      await runSql(migrator, shipped('postgres-grants.sql'));
      await mayRead('^$');
      expect(await statuses()).toEqual([503, 503, 503, 200]);
      await api.stop();
    });

    it('logged no permission error', () => {
      for (const role of roles) expect(role.output()).not.toMatch(/NOPERM|permission denied|ACCESS_REFUSED|may not/i);
    });

    it('has a privilege test for every table and function', async () => {
      const names = await runSql(servers.postgres.url, `
        SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
        UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`);
      // Called by builds of version 0.2.0, by other functions, and by a trigger.
      const unused = ['apply_scores', 'reverse_scores', 'set_hidden', 'newest_uncounted', 'move_in_order', 'move_points', 'standings_of', 'standings_on_all_boards', 'write_flag_event', 'hold_player', 'release_player'];
      const grants = shipped('postgres-grants.sql').replace(/^REVOKE.*$/gm, '');
      expect((names as { name: string }[]).filter(({ name }) => !unused.includes(name) && !new RegExp(`\\b${name}\\b`).test(grants))).toEqual([]);
    });

    it('finds the queues of the broker exactly as it would declare them', async () => {
      await servers.rabbitmq.ctl('add_user', 'admin', 'admin');
      await servers.rabbitmq.ctl('set_permissions', '-p', 'scoreboard', 'admin', '.*', '.*', '.*');
      const connection = await connect(servers.rabbitmq.url.replace('guest:guest@', 'admin:admin@') + '/scoreboard');
      await declareTopology(await connection.createConfirmChannel(), topologyOf({}));
      await connection.close();
    });
  });

  it('logs a missing queue that the api may not declare, and waits for it', async () => {
    const warn = jest.fn();
    Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn });
    await servers.rabbitmq.ctl('add_vhost', 'bare');
    await servers.rabbitmq.ctl('set_permissions', '-p', 'bare', 'scoreboard_api', '^$', '.*', '.*');
    await servers.rabbitmq.ctl('set_permissions', '-p', 'bare', 'admin', '.*', '.*', '.*');
    const bare = servers.urlsOf('api').RABBITMQ_URL.replace(/scoreboard$/, 'bare');
    const scores = new RabbitMqScoreQueue({ url: bare });
    scores.open();
    await eventually(() => expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^a queue or exchange is missing, and this user is not allowed to declare it: .*no queue 'scores.commands.dead'/), expect.anything()));
    await expect(scores.submit(command('ann'))).rejects.toMatchObject({ code: 'queue-unavailable', details: { outcome: 'refused' } });
    const connection = await connect(bare.replace(/\/\/.*@/, '//admin:admin@'));
    await declareTopology(await connection.createConfirmChannel(), topologyOf({}));
    await eventually(() => scores.submit(command('ann')));
    await scores.onApplicationShutdown();
    await connection.close();
  });

  it.each(sqlRows)('PostgreSQL denies the %s: %s', async (user, statement, error) => {
    await expect(runSql(servers.urlsOf(user).DATABASE_URL, statement)).rejects.toThrow(new RegExp(`^${error}$`));
  });

  it('PostgreSQL lets each user run its own functions only', async () => {
    for (const [user, functions] of Object.entries(FUNCTIONS)) {
      const mayRun = await runSql(
        servers.urlsOf('migrator').DATABASE_URL,
        `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND has_function_privilege('scoreboard_${user}', oid, 'EXECUTE') ORDER BY proname`,
      );
      expect([user, mayRun]).toEqual([user, functions.map((proname) => ({ proname }))]);
    }
  });

  it.each(redisRows)('Redis denies the %s: %j', async (user, command, error) => {
    const client = createClient({ url: servers.urlsOf(user).REDIS_URL, RESP: 2 });
    client.on('error', () => undefined);
    await client.connect();
    const told = await client.sendCommand([...command]).then(() => 'it was allowed', ({ message }: Error) => message);
    client.destroy();
    expect(told).toMatch(error);
  });

  it('Redis denies unauthenticated clients', async () => {
    const client = createClient({ url: servers.redis.url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await expect(client.connect().then(() => client.get('x'))).rejects.toThrow(/NOAUTH/);
    client.destroy();
  });

  it.each(brokerRows)('RabbitMQ denies the %s: %s', async (user, _what, act, error) => {
    const connection = await connect(servers.urlsOf(user).RABBITMQ_URL);
    const channel = await connection.createConfirmChannel();
    const refused = new Promise<string>((resolve) => channel.once('error', ({ message }: Error) => resolve(message)));
    // A refusal closes the channel and rejects pending calls; the two may arrive in either order.
    const allowed = act(channel).then(() => 'it was allowed', () => refused);
    expect(await Promise.race([refused, allowed])).toContain(error);
    await connection.close();
  });

  async function publish(user: string, exchange: string, content: string): Promise<void> {
    const connection = await connect(servers.urlsOf(user).RABBITMQ_URL);
    const channel = await connection.createConfirmChannel();
    channel.publish(exchange, '', Buffer.from(content), { persistent: true });
    await channel.waitForConfirms();
    await connection.close();
  }
});
