import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { newCommandId } from '@scoreboard/application';
import { type RoleProcess, startRole, startServers, type Servers } from '@scoreboard/harness';
import { connect, type GetMessage } from 'amqplib';
import { Client } from 'pg';
import { createClient } from 'redis';
import { describeWith, eventually } from '../support';
import { actionLimitsFile, type Answer, boardsFile, get, JWT_SECRET, newUser, post, type System, token, watch } from './system';
import { actionsSuite } from './actions.suite';
import { boardsSuite } from './boards.suite';
import { batchesSuite } from './batches.suite';
import { claimsSuite } from './claims.suite';
import { moderationSuite } from './moderation.suite';
import { playersSuite } from './players.suite';
import { systemSuite } from './system.suite';
import { peopleSuite } from './people.suite';
import { userIdsSuite } from './user-ids.suite';

/** Two instances of every role, on private servers that the tests may break. */
describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'the distributed system, with two instances of each role', () => {
  let servers: Servers;
  let apis: RoleProcess[];
  let workers: RoleProcess[];
  let gateways: RoleProcess[];
  let settings: NodeJS.ProcessEnv;
  let system: System;
  let writeBoards: (...more: readonly object[]) => void;

  beforeAll(async () => {
    servers = await startServers(undefined, {});
    const { postgres, redis, rabbitmq } = servers.urls;
    settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, ACTION_LIMITS_FILE: actionLimitsFile(), BOARDS_FILE: boardsFile(), RATE_LIMIT_READS: '0', GUEST_PLAY: 'true', LOG_LEVEL: 'warn' };
    const boards = JSON.parse(readFileSync(settings.BOARDS_FILE!, 'utf8')) as readonly object[];
    writeBoards = (...more) => writeFileSync(settings.BOARDS_FILE!, JSON.stringify([...boards, ...more]));
    const two = (role: 'api' | 'worker' | 'gateway') => Promise.all([startRole(role, settings), startRole(role, settings)]);
    [workers, apis, gateways] = await Promise.all([two('worker'), two('api'), two('gateway')]);
    system = { apis: apis.map(({ url }) => url), gateways: gateways.map(({ url }) => url), stop: async () => undefined };
  });

  afterAll(async () => {
    const codes = await Promise.all([...(apis ?? []), ...(workers ?? []), ...(gateways ?? [])].map((role) => role.stop()));
    expect(new Set(codes)).toEqual(new Set([0]));
    await servers?.stop();
  });

  systemSuite(() => system);
  moderationSuite(() => system);
  actionsSuite(() => system);
  batchesSuite(() => system);
  userIdsSuite(() => system);
  boardsSuite(() => system);
  peopleSuite(() => system);
  claimsSuite(() => system);
  playersSuite(() => system);

  it('enforces one rate limit per subject across both apis, within 5%', async () => {
    const userId = newUser('hasty');
    const answers: Answer[] = [];
    const began = performance.now();
    const client = async () => {
      for (let i = 0; i < 40; i++) answers.push(await post(system, { userId, scoreIncrement: 1 }));
    };
    await Promise.all(Array.from({ length: 8 }, client));
    const slid = (120 * (performance.now() - began)) / 60_000; // what the minute's window has let go meanwhile
    const accepted = answers.filter(({ status }) => status === 201).length;
    expect(accepted).toBeGreaterThanOrEqual(114);
    expect(accepted).toBeLessThanOrEqual(126 + slid);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]));
  });

  it('loses nothing when every role is restarted under load, each drains in time and exits 0, and a line in the file adds a board meanwhile; a worker that would change its meaning does not start', async () => {
    const user = newUser();
    const scoreOn = async (board: string) => (await get(system, `/api/boards/${board}/users/${user}`)).body.score;
    const load = startLoad(user);
    await eventually(async () => expect(await scoreOn('day')).toBeGreaterThan(0));
    writeBoards({ id: 'year', reset: 'yearly' });
    const restart = async (role: 'api' | 'worker' | 'gateway', group: RoleProcess[], i: number) => {
      expect(await group[i]!.stop()).toBe(0);
      expect(group[i]!.output()).not.toContain('not drained in time');
      group[i] = await startRole(role, settings);
    };
    await restart('worker', workers, 0);
    await restart('worker', workers, 1);
    await restart('gateway', gateways, 0);
    load.use([apis[1]!.url]);
    await restart('api', apis, 0);
    system = { ...system, apis: apis.map(({ url }) => url), gateways: gateways.map(({ url }) => url) };
    load.use(system.apis);

    await eventually(async () => expect(await scoreOn('year')).toBeGreaterThan(0));
    for (const api of system.apis) {
      await eventually(async () => expect((await get({ ...system, apis: [api] }, '/api/boards')).body.at(-1)).toMatchObject({ id: 'year', period: { countsFrom: expect.any(String) } }));
    }
    const watchers = gateways.map(({ url }) => watch(url));
    for (const { socket } of watchers) expect(await new Promise((resolve) => socket.emit('subscribe', 'scores:top@year', resolve))).toEqual({ ok: true, channel: 'scores:top@year' });
    for (const { socket } of watchers) socket.disconnect();
    const { accepted, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(accepted).toBeGreaterThan(50);
    await expectScore(user, accepted);
    await eventually(async () => expect(await scoreOn('day')).toBe(accepted));
    expect(await scoreOn('year')).toBeLessThan(accepted);

    writeBoards({ id: 'year', reset: 'monthly' });
    await expect(startRole('worker', settings)).rejects.toMatchObject({ exitCode: 78, output: 'BOARDS_FILE: the board year has begun to count and cannot change its reset, time zone, days, season or actions: give it another id\n' });
    writeBoards({ id: 'year', reset: 'yearly' });
  });

  it('refuses updates within two seconds while the broker is down, and recovers by itself', async () => {
    const userId = newUser();
    await servers.rabbitmq!.kill();
    await eventually(async () => {
      const started = Date.now();
      const answer = await post(system, { userId, scoreIncrement: 1 });
      expect(Date.now() - started).toBeLessThan(8_000);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.body).toMatchObject({ type: 'urn:scoreboard:problem:queue-unavailable', outcome: 'refused' });
    });
    expect((await get(system, '/api/scores/top')).status).toBe(200);
    expect((await get(system, '/health/ready')).body).toMatchObject({ status: 'degraded', degraded: ['rabbitmq'] });
    await servers.rabbitmq!.start();
    for (const api of system.apis) {
      // Without a key: a repeated key would be answered from the ledger, without the queue.
      const send = () => post({ ...system, apis: [api] }, { userId, scoreIncrement: 5 });
      await eventually(async () => expect((await send()).status).toBe(201), { everyMs: 200 });
    }
    await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body.score).toBeGreaterThanOrEqual(5));
  });

  it('accepts updates while the database is down, and applies them once it is back', async () => {
    const userId = newUser();
    await servers.postgres!.stop();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(system, { userId, scoreIncrement: 2 })));
    await servers.postgres!.start();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    await expectScore(userId, 40);
  });

  it('rebuilds a lost leaderboard, with a board newer than any pushed before', async () => {
    const userId = newUser('leader');
    for (let i = 0; i < 10; i++) await post(system, { userId, scoreIncrement: 1_000 }, { prefer: 'wait=10' });
    const watcher = watch(gateways[0]!.url);
    await eventually(() => expect(watcher.boards().at(-1)?.entries[0]).toMatchObject({ userId, score: 10_000 }));
    const redis = createClient({ url: servers.urls.redis });
    await redis.connect();
    await redis.flushAll();
    expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ rank: 1, score: 10_000 });
    await post(system, { userId, scoreIncrement: 1_000 });
    await eventually(() => expect(watcher.boards().at(-1)?.entries[0]).toMatchObject({ userId, score: 11_000 }));
    const revisions = watcher.boards().map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    watcher.socket.disconnect();
    await redis.close();
  });

  it('sends stale to connected clients while Redis is down, and the newest board once it is back', async () => {
    const watchers = gateways.map(({ url }) => watch(url));
    const stale = () => watchers.map(({ received }) => received.filter(({ event }) => event === 'stale').map(({ data }) => data));
    await eventually(() => expect(watchers.map(({ boards }) => boards().length)).toEqual(watchers.map(() => 1)));
    await servers.redis!.stop();
    await eventually(() => expect(stale()).toEqual(watchers.map(() => [{ stale: true }])));
    await servers.redis!.start();
    await eventually(() => expect(stale()).toEqual(watchers.map(() => [{ stale: true }, { stale: false }])));
    const userId = newUser('back');
    for (let i = 0; i < 15; i++) await post(system, { userId, scoreIncrement: 1_000 });
    for (const { boards } of watchers) await eventually(() => expect(boards().at(-1)?.entries[0]).toMatchObject({ userId, score: 15_000 }));
    for (const { socket } of watchers) socket.disconnect();
  });

  it('still knows an idempotency key after Redis lost its data: the first receipt again, and 422 for another body', async () => {
    const userId = newUser();
    const key = { 'idempotency-key': randomUUID() };
    const first = await post(system, { userId, scoreIncrement: 5 }, { ...key, prefer: 'wait=10' });
    expect(first.body.status).toBe('applied');
    const redis = createClient({ url: servers.urls.redis });
    await redis.connect();
    await redis.flushAll();
    await redis.close();
    const [one, other] = system.apis.map((api) => ({ ...system, apis: [api] }));
    expect((await post(one!, { userId, scoreIncrement: 6 }, key)).status).toBe(422);
    expect((await post(other!, { userId, scoreIncrement: 5 }, key)).body).toMatchObject({ commandId: first.body.commandId, status: 'applied', score: 5 });
    await expectScore(userId, 5);
  });

  it('moves commands that can never be applied to the dead letters with their reason, and applies the others', async () => {
    const userId = newUser();
    const { body } = await post(system, { userId, scoreIncrement: 5 }, { prefer: 'wait=10' });
    const broker = await connect(servers.urls.rabbitmq!);
    const channel = await broker.createConfirmChannel();
    const send = (content: string) => channel.sendToQueue('scores.commands', Buffer.from(content), { persistent: true });
    const good = { commandId: newCommandId(), userId, scoreIncrement: 7 };
    send(JSON.stringify({ v: 1, commands: [{ commandId: body.commandId, userId, scoreIncrement: 6 }, good] }));
    send('not ours');
    await channel.waitForConfirms();
    await expectScore(userId, 12);
    const reasons = new Set([await eventually(nextDeadLetter), await eventually(nextDeadLetter)].map((letter) => letter.properties.headers?.['x-reason']));
    expect(reasons).toEqual(new Set(['key-conflict', 'malformed']));
    await broker.close();
  });

  /**
   * Four clients post one point at a time, each with its own key, and retry it until it is accepted. Three of them wait until it is applied; the other one keeps the queue
   * filled. They pause after each answer, because a role that starts on a busy machine takes ten times as long.
   */
  function startLoad(userId: string) {
    let urls = system.apis;
    let isOver = false;
    let accepted = 0;
    const failures: unknown[] = [];
    const authorization = `Bearer ${token(`load-${userId}`, 'scores:write:any')}`;
    const run = async (turn: number) => {
      while (!isOver) {
        const headers = { authorization, 'idempotency-key': randomUUID(), ...(turn && { prefer: 'wait=1' }) };
        const send = () => post({ ...system, apis: [urls[turn % urls.length]!] }, { userId, scoreIncrement: 1 }, headers);
        // A load balancer would retry a broken connection or a 503 on another api.
        const answer = await eventually(async () => {
          const got = await send();
          if (got.status === 503) throw new Error('503');
          return got;
        });
        if (answer.status === 201) accepted++;
        else failures.push(answer);
        await delay(20);
      }
    };
    const running = Promise.all([0, 1, 2, 3].map(run));
    return {
      use: (next: readonly string[]) => (urls = next),
      stop: async () => {
        isOver = true;
        await running;
        return { accepted, failures };
      },
    };
  }

  async function nextDeadLetter(): Promise<GetMessage> {
    const broker = await connect(servers.urls.rabbitmq!);
    try {
      const letter = await (await broker.createChannel()).get('scores.commands.dead', { noAck: true });
      if (!letter) throw new Error('no dead letter');
      return letter;
    } finally {
      await broker.close();
    }
  }

  /** History, total and leaderboard agree on a score. */
  async function expectScore(userId: string, score: number): Promise<void> {
    const database = new Client({ connectionString: servers.urls.postgres });
    await database.connect();
    try {
      await eventually(
        async () => {
          const { rows } = await database.query(
            `SELECT (SELECT coalesce(sum(score_increment), 0) FROM score_event WHERE user_id = $1) AS history,
                    (SELECT score FROM score_total WHERE leaderboard_id = 1 AND user_id = $1) AS total`,
            [userId],
          );
          expect(rows).toEqual([{ history: String(score), total: String(score) }]);
          expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ userId, score });
        },
        { everyMs: 100 },
      );
    } finally {
      await database.end();
    }
  }
});
