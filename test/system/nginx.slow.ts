import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { Authority, type PrivateServer, type RoleName, type RoleProcess, startRole, type Servers, startServers } from '@scoreboard/harness';
import { Client } from 'pg';
import { io, type Socket } from 'socket.io-client';
import WebSocket from 'ws';
import { describeWith, eventually, logLines, startNginx, unmapped } from '../support';
import { JWT_SECRET, newUser, token } from './system';

const READS = 400;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: any; // eslint-disable-line typescript/no-explicit-any
}

/** The shipped load balancer in front of two instances of every role. */
describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL', 'TEST_OPENSSL', 'TEST_NGINX'], 'behind the shipped load balancer', () => {
  const authority = new Authority();
  const ca = readFileSync(authority.ca, 'utf8');
  const agent = new Agent({ ca, keepAlive: true });
  const sockets: { close(): unknown }[] = [];
  let servers: Servers;
  let nginx: PrivateServer;
  let settings: NodeJS.ProcessEnv;
  const roles: Record<'api' | 'worker' | 'gateway', RoleProcess[]> = { api: [], worker: [], gateway: [] };

  beforeAll(async () => {
    servers = await startServers(undefined, {});
    const { postgres, redis, rabbitmq } = servers.urls;
    settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, TRUST_PROXY: '1', RATE_LIMIT_READS: `${READS}`, LOG_LEVEL: 'warn' };
    const two = (role: RoleName) => Promise.all([startRole(role, settings), startRole(role, settings)]);
    [roles.api, roles.worker, roles.gateway] = await Promise.all([two('api'), two('worker'), two('gateway')]);
    nginx = await startNginx({ apis: roles.api.map(hostOf), gateways: roles.gateway.map(hostOf) }, authority.issue({ hosts: ['127.0.0.1'] }));
  });

  afterAll(async () => {
    sockets.forEach((socket) => socket.close());
    agent.destroy();
    try {
      await nginx?.stop();
    } finally {
      await Promise.all(Object.values(roles).flat().map((role) => role.stop()));
      await servers?.stop();
    }
  });

  it('loses nothing and counts nothing twice while every role is restarted under load, without errors for clients with a key', async () => {
    const users = { keyed: newUser('keyed'), keyless: newUser('keyless') };
    const loads = [startLoad(users.keyed, true), startLoad(users.keyless, false)];
    // One process of each role at a time, like a deployment.
    const restart = async (role: RoleName & keyof typeof roles) => {
      for (const [at, old] of [...roles[role].entries()]) {
        expect(await old.stop()).toBe(0);
        roles[role][at] = await startRole(role, { ...settings, PORT: new URL(old.url).port });
      }
    };
    await Promise.all([restart('api'), restart('worker'), restart('gateway')]);
    const [keyed, keyless] = await Promise.all(loads.map((load) => load.stop()));
    expect(keyed!.others).toEqual([]);
    expect(Math.min(keyed!.accepted, keyless!.accepted)).toBeGreaterThan(20);
    await expectScore(users.keyed, keyed!.accepted, keyed!.accepted);
    // A request in flight when a connection closed, or that waited too long for a busy broker, must not be retried without a key.
    const told = keyless!.others.map(({ status, body }) => (status === 502 ? body.detail : body.outcome));
    expect(told).toEqual(told.map(() => expect.stringMatching(/not known|^unknown$|^refused$/)));
    const doubtful = told.filter((word) => word !== 'refused').length;
    await expectScore(users.keyless, keyless!.accepted, keyless!.accepted + doubtful);
  });

  it('keeps a polling Socket.IO client on one gateway, and lets it upgrade to a WebSocket', async () => {
    const polling = [1, 2, 3, 4].map((n) => connect({ transports: ['polling'], agent: new Agent({ ca, localAddress: `127.0.0.${n}` }) }));
    const upgrading = connect({});
    const userId = newUser('polled');
    await eventually(() => expect(polling.map(({ boards }) => boards.length)).not.toContain(0));
    for (let points = 1; points <= 3; points++) {
      await post({ userId, scoreIncrement: 1_000 }, { prefer: 'wait=10' });
      const shown = expect.arrayContaining([expect.objectContaining({ userId, score: points * 1_000 })]);
      await eventually(() => expect([...polling, upgrading].map(({ boards }) => boards.at(-1)?.entries)).toEqual([shown, shown, shown, shown, shown]));
    }
    expect(polling.map(({ socket }) => socket.io.engine.transport.name)).toEqual(['polling', 'polling', 'polling', 'polling']);
    expect([...polling, upgrading].map(({ drops }) => drops)).toEqual([[], [], [], [], []]);
    await eventually(() => expect(upgrading.socket.io.engine.transport.name).toBe('websocket'));
  });

  it('distributes clients that start with a WebSocket over the gateways, plain ones too', async () => {
    const before = await connections();
    Array.from({ length: 6 }, () => connect({ transports: ['websocket'] }));
    for (let i = 0; i < 6; i++) sockets.push(new WebSocket(`${nginx.url.replace('https', 'wss')}/ws/scores`, { ca }));
    await eventually(async () => {
      const more = (await connections()).map((now, at) => now - before[at]!);
      expect(more[0]! + more[1]!).toBe(12);
      expect(Math.min(...more)).toBeGreaterThan(0);
    });
  });

  it('passes the address of each client to the roles, and ignores forged ones', async () => {
    const from = (localAddress: string, headers = {}) => ask('/api/scores/users/nobody', { localAddress, headers });
    const hasty = await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => from('127.0.0.77')));
      return answers.find(({ status }) => status === 429) ?? Promise.reject(new Error('no limit met'));
    });
    expect(hasty.headers['ratelimit-policy']).toContain(`q=${READS}`);
    expect((await from('127.0.0.77', { 'x-forwarded-for': '127.0.0.99' })).status).toBe(429);
    expect((await from('127.0.0.78')).status).toBe(404);
  });

  it.each(['https://steamcommunity.com/openid/id/1', 'a%2Fb', 'aGk/+w==', '{uuid}', "o'brien@x", 'a?b#c&d;e'])('routes the user id %s', async (userId) => {
    await post({ userId, scoreIncrement: 5 }, { prefer: 'wait=10' });
    await eventually(async () => expect(await ask(`/api/scores/users/${encodeURIComponent(userId)}`)).toMatchObject({ status: 200, body: { userId } }));
  });

  it.each(['/metrics', '/health/ready', '/health/live'])('does not expose %s', async (path) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 404, body: { type: 'about:blank', title: 'Not Found', status: 404 } });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff', 'strict-transport-security': 'max-age=31536000' });
  });

  const long = 'x'.repeat(70_000);
  const update = (...lines: string[]) => ['POST /api/scores/update HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');
  it.each([
    [400, 'a malformed percent-encoding', 'GET /% HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'a NUL in a path', 'GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'a path above the root', 'GET /../.. HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'a method in lower case', 'get / HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'no Host', 'GET / HTTP/1.1\r\n\r\n'],
    [400, 'two Hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
    [400, 'CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    [400, 'binary data', '\0\u0001\u0002\r\n\r\n'],
    [400, 'a malformed chunk', `${update('Transfer-Encoding: chunked')}zz\r\n`],
    [400, 'a malformed chunk of an update with a key', `${update('Idempotency-Key: a', 'Transfer-Encoding: chunked')}zz\r\n`],
    [400, 'two lengths', update('Content-Length: 1', 'Content-Length: 2')],
    [400, 'a length and chunks', update('Content-Length: 1', 'Transfer-Encoding: chunked')],
    [404, 'the internal error location', 'GET /problem HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    [405, 'TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n'],
    [413, 'a much too large body, with a key', update('Idempotency-Key: a', 'Content-Length: 99999')],
    [414, 'a path that is too long', `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`],
    [431, 'a header that is too long', `GET / HTTP/1.1\r\nHost: x\r\nX: ${long}\r\n\r\n`],
    [501, 'another transfer coding', update('Transfer-Encoding: foo')],
    [505, 'another version', 'GET / HTTP/3.7\r\nHost: x\r\n\r\n'],
  ] as const)('answers %d with a problem to %s', async (status, _what, sent) => {
    const socket = connectTls({ port: Number(new URL(nginx.url).port), host: '127.0.0.1', ca }).on('error', () => undefined); // the server may close while the client still writes
    let told = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
    socket.write(sent);
    await eventually(() => expect(told).toMatch(/\r\n\r\n\{.*\}$/));
    socket.destroy();
    const [head, body] = told.split('\r\n\r\n') as [string, string];
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json\r$/im);
    expect(head).toMatch(/^x-request-id: [\da-f]{32}\r?$/im);
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', title: expect.stringMatching(/^[A-Z]/), status });
  });

  it('ignores upgrades to other protocols, and accepts the Socket.IO path without a trailing slash', async () => {
    const upgrade = { 'connection': 'Upgrade, HTTP2-Settings', 'upgrade': 'h2c', 'http2-settings': 'AAMAAABk' };
    expect(await ask('/api/scores/top', { headers: upgrade })).toMatchObject({ status: 200 });
    expect(await ask('/ws/scores', { headers: upgrade })).toMatchObject({ status: 426, headers: { upgrade: 'websocket' } });
    expect(await ask('/socket.io?EIO=4&transport=polling')).toMatchObject({ status: 200, body: expect.stringContaining('"sid"') });
  });

  it('passes a too large body to the api, and answers a much larger one itself with the same problem', async () => {
    const send = (length: number) => ask('/api/scores/update', { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(length) });
    expect(await send(20_000)).toMatchObject({ status: 413, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });
    expect(await send(40_000)).toMatchObject({ status: 413, body: { title: 'Payload Too Large', status: 413 }, headers: { 'content-type': 'application/problem+json' } });
  });

  it.each([
    ['a role', '/api/scores/top'],
    ['itself', '/metrics'],
  ])('keeps a valid request id of the caller in the answer of %s and in its log, and replaces an invalid one', async (_who, path) => {
    const id = randomUUID();
    const digits = id.replaceAll('-', '');
    const named: Record<string, string>[] = [{ 'x-request-id': digits }, { 'x-request-id': id }, { 'x-request-id': 'not an id', 'traceparent': `00-${digits}-00f067aa0ba902b7-01` }];
    for (const headers of named) expect((await ask(path, { headers })).headers['x-request-id']).toBe(digits);
    expect((await ask(path, { headers: { 'x-request-id': id.toUpperCase() } })).headers['x-request-id']).toMatch(new RegExp(`^${digits}$`, 'i'));
    const none = '0'.repeat(32);
    const nameless: Record<string, string>[] = [
      { 'x-request-id': 'not an id', 'traceparent': `00-${none}-00f067aa0ba902b7-01` },
      { 'x-request-id': none },
      { 'x-request-id': '00000000-0000-0000-0000-000000000000', 'traceparent': `00-${digits}-00f067aa0ba902b7-01-more` },
    ];
    const told = [digits];
    for (const headers of nameless) told.push(`${(await ask(path, { headers })).headers['x-request-id']}`);
    for (const fresh of told.slice(1)) expect(fresh).toMatch(/^(?!0{32})[\da-f]{32}$/);
    expect(new Set(told).size).toBe(4);
    await eventually(() => {
      for (const one of told) expect(nginx.log()).toContain(`"trace.id":"${one}"`);
    });
  });

  it('logs no token from a query, and no field that is missing from the index template', async () => {
    const secret = token(newUser('secret'));
    const socket = new WebSocket(`${nginx.url.replace('https', 'wss')}/ws/scores?token=${secret}`, { ca });
    await once(socket, 'message');
    socket.close();
    await eventually(() => expect(nginx.log()).toContain('"url.path":"/ws/scores"'));
    expect(nginx.log()).not.toContain(secret);
    expect(logLines(nginx.log()).flatMap((line) => unmapped(line))).toEqual([]);
  });

  it('answers with a problem when no api responds', async () => {
    await Promise.all(roles.api.map((api) => api.stop()));
    const answer = await ask('/api/scores/top');
    expect(answer).toMatchObject({ status: 502, body: { type: 'about:blank', status: 502 }, headers: { 'content-type': 'application/problem+json', 'retry-after': '1' } });
    roles.api = await Promise.all(roles.api.map(({ url }) => startRole('api', { ...settings, PORT: new URL(url).port })));
    expect((await ask('/api/scores/top')).status).toBe(200);
  });

  /** Runs four clients that post one point at a time, and counts their answers. */
  function startLoad(userId: string, isKeyed: boolean) {
    let isOver = false;
    let accepted = 0;
    const others: Answer[] = [];
    const authorization = `Bearer ${token(`load-${userId}`, 'scores:write:any')}`;
    const run = async () => {
      while (!isOver) {
        const key: Record<string, string> = isKeyed ? { 'idempotency-key': randomUUID() } : {};
        const answer = await post({ userId, scoreIncrement: 1 }, { authorization, ...key }).catch(({ message }: Error) => ({ status: 0, headers: {}, body: { outcome: message } }));
        if (answer.status === 201) accepted++;
        else others.push(answer);
      }
    };
    const running = Promise.all([run(), run(), run(), run()]);
    return {
      stop: async () => {
        isOver = true;
        await running;
        return { accepted, others };
      },
    };
  }

  const post = (body: { userId: string; scoreIncrement: number }, headers: Record<string, string> = {}): Promise<Answer> =>
    ask('/api/scores/update', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'authorization': `Bearer ${token(body.userId)}`, ...headers },
      body: JSON.stringify(body),
    });

  async function ask(path: string, { method = 'GET', headers = {}, body, localAddress }: { method?: string; headers?: Record<string, string>; body?: string; localAddress?: string } = {}): Promise<Answer> {
    const asked = request(`${nginx.url}${path}`, { method, headers, ca, ...(localAddress ? { localAddress, agent: false as const } : { agent }) });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode!, headers: answer.headers, body: answer.headers['content-type']?.includes('json') ? JSON.parse(text) : text };
  }

  function connect(options: object) {
    const boards: { entries: { userId: string; score: number }[] }[] = [];
    const drops: string[] = [];
    const socket: Socket = io(`${nginx.url}/ws/scores`, { forceNew: true, agent: new Agent({ ca }) as never, ...options });
    socket.on('scores:top', (board) => boards.push(board)).on('disconnect', (reason) => drops.push(reason)).on('connect_error', (error) => drops.push(error.message));
    sockets.push(socket);
    return { socket, boards, drops };
  }

  /** Connected clients of each gateway, over both protocols. */
  const connections = (): Promise<number[]> =>
    Promise.all(
      roles.gateway.map(async ({ url }) => {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        return [...metrics.matchAll(/^scoreboard_(?:socketio|websocket)_clients(?:\{[^}]*\})? (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
      }),
    );

  /** Asserts that history and total agree, and are between these two values. */
  async function expectScore(userId: string, least: number, most: number): Promise<void> {
    const database = new Client({ connectionString: servers.urls.postgres });
    await database.connect();
    const sql = `SELECT (SELECT coalesce(sum(score_increment), 0) FROM score_event WHERE user_id = $1) AS history,
                        (SELECT score FROM score_total WHERE leaderboard_id = 1 AND user_id = $1) AS total`;
    const check = async () => {
      const { history, total } = (await database.query(sql, [userId])).rows[0];
      expect(history).toBe(total);
      expect(Number(total)).toBeGreaterThanOrEqual(least);
      expect(Number(total)).toBeLessThanOrEqual(most);
    };
    await eventually(check, { everyMs: 100 }).finally(() => database.end());
  }
});

const hostOf = ({ url }: RoleProcess): string => new URL(url).host;
