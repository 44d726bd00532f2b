import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eventually, inOneMinute } from '../support';
import { apply, get, JWT_SECRET, newUser, post, type System, token, watch, type Watched } from './system';
import { sign } from 'jsonwebtoken';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The behavior of the product from outside, for the standalone and the distributed system. */
export function systemSuite(current: () => System): void {
  let system: System;
  beforeAll(() => {
    system = current();
  });

  describe('POST /api/scores/update', () => {
    it('accepts an update with a receipt, and applies it', async () => {
      const userId = newUser();
      const { status, body } = await post(system, { userId, scoreIncrement: 10 });
      expect(status).toBe(201);
      expect(body).toEqual({ commandId: expect.stringMatching(UUID), userId, scoreIncrement: 10, status: 'accepted' });
      await eventually(async () => {
        const outcome = await get(system, `/api/scores/commands/${body.commandId}`, { authorization: `Bearer ${token(userId)}` });
        expect(outcome.body).toEqual({ commandId: body.commandId, status: 'applied', score: 10 });
      });
    });

    it('waits until the update is applied with Prefer: wait, and the next read shows it', async () => {
      const userId = newUser();
      const first = await apply(system, userId, 900);
      expect(first.body).toMatchObject({ status: 'applied', score: 900, rank: expect.any(Number) });
      expect((await apply(system, userId, 50)).body).toMatchObject({ status: 'applied', score: 950 });
      await eventually(async () => expect((await get(system, `/api/scores/users/${userId}`)).body).toMatchObject({ userId, score: 950 }));
    });

    it('counts an update once that is retried with its key, on any api', async () => {
      const userId = newUser();
      const key = { 'idempotency-key': randomUUID() };
      const first = await post(system, { userId, scoreIncrement: 7 }, { ...key, prefer: 'wait=10' });
      const again = await post(system, { userId, scoreIncrement: 7 }, key);
      expect(again.status).toBe(201);
      expect(again.body).toMatchObject({ commandId: first.body.commandId, userId, scoreIncrement: 7, status: 'applied', score: 7 });
      expect((await apply(system, userId, 1)).body.score).toBe(8);
    });

    it('gives all concurrent requests with one key the first receipt', async () => {
      const userId = newUser();
      const headers = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(system, { userId, scoreIncrement: 3 }, headers)));
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
      expect(new Set(answers.map((answer) => answer.body.commandId)).size).toBe(1);
      expect((await apply(system, userId, 1)).body.score).toBe(4);
    });

    it('compares a repeated body by its values, and refuses a different one with 422', async () => {
      const userId = newUser();
      const headers = { authorization: `Bearer ${token(userId)}`, 'idempotency-key': 'key with values'.replaceAll(' ', '-') };
      expect((await post(system, `{"userId":"${userId}","scoreIncrement":5}`, headers)).status).toBe(201);
      expect((await post(system, `{ "scoreIncrement": 5.0, "userId": "${userId}" }`, headers)).status).toBe(201);
      const other = await post(system, `{"userId":"${userId}","scoreIncrement":6}`, headers);
      expect(other.status).toBe(422);
      expect(other.body).toMatchObject({ type: 'urn:scoreboard:problem:key-reused', status: 422, instance: '/api/scores/update' });
      expect((await apply(system, userId, 1)).body.score).toBe(6);
    });

    it('scopes keys to the subject', async () => {
      const headers = { 'idempotency-key': 'the-same-key' };
      const [ann, bob] = [newUser('ann'), newUser('bob')];
      const first = await post(system, { userId: ann, scoreIncrement: 5 }, headers);
      const second = await post(system, { userId: bob, scoreIncrement: 6 }, headers);
      expect(second.status).toBe(201);
      expect(second.body.commandId).not.toBe(first.body.commandId);
    });

    it('lets a trusted service raise any score and read the outcome', async () => {
      const userId = newUser();
      const authorization = `Bearer ${token('game-server', 'scores:write:any')}`;
      const { body } = await post(system, { userId, scoreIncrement: 4 }, { authorization, prefer: 'wait=10' });
      expect(body).toMatchObject({ status: 'applied', score: 4 });
      expect((await get(system, `/api/scores/commands/${body.commandId}`, { authorization })).status).toBe(200);
      expect((await get(system, `/api/scores/commands/${body.commandId}`, { authorization: `Bearer ${token(newUser())}` })).status).toBe(403);
      expect((await get(system, `/api/scores/commands/${body.commandId}`, { authorization: `Bearer ${token('boss', 'scores:admin')}` })).status).toBe(200);
      expect((await get(system, `/api/scores/commands/${randomUUID()}`, { authorization })).status).toBe(404);
    });

    it('shows the outcome to the service that sent the update, but not to its namesake of another issuer', async () => {
      const of = (iss: string) => ({ authorization: `Bearer ${token('game-server', 'scores:write:any', { iss })}` });
      const { body } = await post(system, { userId: newUser(), scoreIncrement: 4 }, { ...of('https://one.example'), prefer: 'wait=10' });
      const statusFor = async (iss: string) => (await get(system, `/api/scores/commands/${body.commandId}`, of(iss))).status;
      expect([await statusFor('https://one.example'), await statusFor('https://two.example'), await statusFor('')]).toEqual([200, 403, 403]);
    });

    const good = { userId: 'ann', scoreIncrement: 1 };
    const own = { authorization: `Bearer ${token('ann')}` };
    const json = JSON.stringify(good);
    it.each<[string, string, Record<string, string>, number]>([
      ['no token', json, {}, 401],
      ['no bearer token', json, { authorization: 'Basic YTpi' }, 401],
      ['a malformed token', json, { authorization: 'Bearer abc' }, 401],
      ['an expired token', json, { authorization: `Bearer ${sign({ sub: 'ann', scope: 'scores:write', exp: 1_000 }, JWT_SECRET)}` }, 401],
      ['a token that is not valid yet', json, { authorization: `Bearer ${token('ann', 'scores:write', { nbf: 9_999_999_999 })}` }, 401],
      ['a token without exp', json, { authorization: `Bearer ${sign({ sub: 'ann', scope: 'scores:write' }, JWT_SECRET)}` }, 401],
      ['a token without sub', json, { authorization: `Bearer ${sign({ scope: 'scores:write' }, JWT_SECRET, { expiresIn: '1m' })}` }, 401],
      ['a token signed with another key', json, { authorization: `Bearer ${sign({ sub: 'ann' }, 'another secret', { expiresIn: '1m' })}` }, 401],
      ['a token with another algorithm', json, { authorization: `Bearer ${sign({ sub: 'ann' }, JWT_SECRET, { expiresIn: '1m', algorithm: 'HS512' })}` }, 401],
      ['an unsigned token', json, { authorization: `Bearer ${sign({ sub: 'ann' }, '', { expiresIn: '1m', algorithm: 'none' })}` }, 401],
      ['an invalid body without a token', '{', {}, 401],
      ['a body that is not JSON', '{"userId":', own, 400],
      ['an empty body', '', own, 400],
      ['a body that is not an object', '[]', own, 400],
      ['null', 'null', own, 400],
      ['a missing field', '{"userId":"ann"}', own, 400],
      ['an unknown field', '{"userId":"ann","scoreIncrement":1,"score":99}', own, 400],
      ['a key that reaches a prototype', '{"userId":"ann","scoreIncrement":1,"__proto__":{"x":1}}', own, 400],
      ['a number as a string', '{"userId":"ann","scoreIncrement":"1"}', own, 400],
      ['a fraction', '{"userId":"ann","scoreIncrement":1.5}', own, 400],
      ['a zero increment', '{"userId":"ann","scoreIncrement":0}', own, 400],
      ['a negative increment', '{"userId":"ann","scoreIncrement":-1}', own, 400],
      ['an increment that is too large', '{"userId":"ann","scoreIncrement":1001}', own, 400],
      ['infinity', '{"userId":"ann","scoreIncrement":1e999}', own, 400],
      ['an empty user id', '{"userId":"","scoreIncrement":1}', own, 400],
      ['a user id that is too long', `{"userId":"${'a'.repeat(256)}","scoreIncrement":1}`, own, 400],
      ['a user id that is a relative path', '{"userId":"..","scoreIncrement":1}', own, 400],
      ['a user id with a space', '{"userId":"a b","scoreIncrement":1}', own, 400],
      ['a user id that is not a string', '{"userId":{"$gt":""},"scoreIncrement":1}', own, 400],
      ['an invalid body, before the foreign user', '{"userId":"bob","scoreIncrement":0}', own, 400],
      ['a key of 256 characters', json, { ...own, 'idempotency-key': 'k'.repeat(256) }, 400],
      ['a key with a space', json, { ...own, 'idempotency-key': 'a b' }, 400],
      ["somebody else's user id", '{"userId":"bob","scoreIncrement":1}', own, 403],
      ['a token without the scope', json, { authorization: `Bearer ${token('ann', '')}` }, 403],
      ['a scope that is neither a string nor an array', json, { authorization: `Bearer ${token('ann', { 'scores:write': true } as never)}` }, 403],
      ['over 16 KiB', `{"userId":"${'a'.repeat(17_000)}"}`, own, 413],
      ['another content type', json, { ...own, 'content-type': 'text/plain' }, 415],
    ])('refuses %s', async (_what, body, headers, status) => {
      const answer = await post(system, body, headers);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({ type: expect.any(String), title: expect.any(String), status });
      expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
      expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|SELECT|127\.0\.0\.1|\.ts:|    at /);
    });

    it('lists every invalid field', async () => {
      const { body } = await post(system, '{"userId":"","scoreIncrement":0,"extra":1}', own);
      expect(body.errors.map((error: { path: string }) => error.path).sort()).toEqual(['extra', 'scoreIncrement', 'userId']);
    });

    it('answers 404 to an unknown path and 405 to a wrong method', async () => {
      expect((await get(system, '/api/nothing')).status).toBe(404);
      const wrong = await get(system, '/api/scores/update');
      expect(wrong.status).toBe(405);
      expect(wrong.headers.get('allow')).toBe('POST');
      expect(wrong.body).toMatchObject({ status: 405, title: 'Method Not Allowed' });
    });

    it('limits the updates of one subject, but not those of a trusted service', async () => {
      const userId = newUser();
      const one: System = { ...system, apis: [system.apis[0]!] };
      const send = (authorization: string) => post(one, { userId, scoreIncrement: 1 }, { authorization });
      const player = `Bearer ${token(userId)}`;
      await inOneMinute(5_000);
      const answers = await Promise.all(Array.from({ length: 130 }, () => send(player)));
      const refused = answers.filter((answer) => answer.status === 429);
      expect(answers.length - refused.length).toBe(120);
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused[0]!.headers.get('ratelimit-policy')).toBe('"writes";q=120;w=60');
      expect(refused[0]!.headers.get('ratelimit')).toMatch(/^"writes";r=0;t=\d+$/);
      expect(refused[0]!.body).toMatchObject({ type: 'urn:scoreboard:problem:rate-limited', status: 429 });
      expect((await send(`Bearer ${token(`service-${userId}`, 'scores:write:any')}`)).status).toBe(201);
    });
  });

  describe('reading', () => {
    it('orders by score, and equal scores by who reached them first', async () => {
      const [late, early, top] = [newUser('late'), newUser('early'), newUser('top')];
      for (const [user, score] of [[early, 800], [late, 700], [late, 100], [top, 900]] as const) await apply(system, user, score);
      await eventually(async () => {
        const { body } = await get(system, '/api/scores/top?limit=100');
        const ours = body.filter((entry: { userId: string }) => [late, early, top].includes(entry.userId));
        expect(ours).toEqual([
          { userId: top, score: 900 },
          { userId: early, score: 800 },
          { userId: late, score: 800 },
        ]);
      });
    });

    it('answers 304 to an unchanged top ten, and a new ETag after a change', async () => {
      const one: System = { ...system, apis: [system.apis[0]!] };
      await apply(one, newUser(), 1_000);
      const first = await get(one, '/api/scores/top');
      expect(first.body.length).toBeLessThanOrEqual(10);
      const etag = first.headers.get('etag')!;
      const same = await get(one, '/api/scores/top', { 'if-none-match': etag });
      expect([same.status, same.body]).toEqual([304, '']);

      const leader = newUser('leader');
      for (let i = 0; i < 3; i++) await apply(one, leader, 1_000);
      const changed = await get(one, '/api/scores/top', { 'if-none-match': etag });
      expect(changed.status).toBe(200);
      expect(changed.headers.get('etag')).not.toBe(etag);
      expect(changed.body[0]).toEqual({ userId: leader, score: 3_000 });
    });

    it('ignores non-bearer credentials on public reads', async () => {
      const userId = newUser();
      await apply(system, userId, 5);
      for (const path of ['top', `users/${userId}`, `users/${userId}/around`]) {
        expect((await get(system, `/api/scores/${path}`, { authorization: 'Basic YTpi' })).status).toBe(200);
      }
    });

    it.each(['/api/scores/top?limit=0', '/api/scores/top?limit=101', '/api/scores/top?limit=x', '/api/scores/top?limit=1&limit=2', '/api/scores/users/a%20b', '/api/scores/users/ann/around?radius=51', '/api/scores/users/ann/around?radius=0'])(
      'refuses %s with 400',
      async (path) => expect((await get(system, path)).status).toBe(400),
    );

    it('shows a user with rank and neighbors, and 404 without a score', async () => {
      const userId = newUser();
      const { body: receipt } = await apply(system, userId, 555);
      await eventually(async () => {
        const { body } = await get(system, `/api/scores/users/${userId}`);
        expect(body).toEqual({ userId, score: 555, rank: expect.any(Number), players: expect.any(Number) });
      });
      const around = await get(system, `/api/scores/users/${userId}/around?radius=2`);
      expect(around.body).toContainEqual({ userId, score: 555, rank: expect.any(Number) });
      expect(around.body.length).toBeLessThanOrEqual(5);
      expect(receipt.rank).toBeGreaterThan(0);
      const stranger = newUser();
      expect((await get(system, `/api/scores/users/${stranger}`)).status).toBe(404);
      expect((await get(system, `/api/scores/users/${stranger}/around`)).status).toBe(404);
    });

    it('shows the board global by its id: top, users, ranks and friends, with the number of players', async () => {
      const [first, second] = [`${newUser()},a&b`, newUser()];
      await apply(system, first, 777);
      await apply(system, second, 776);
      const board = '/api/boards/global';
      await eventually(async () => {
        const { body: boards } = await get(system, '/api/boards');
        expect(boards[0]).toEqual({ id: 'global', period: { id: 'all', start: null, end: null }, players: expect.any(Number) });
        const { body: friends } = await get(system, `${board}/users?ids=${second},nobody,${encodeURIComponent(first)}`);
        expect(friends).toEqual([
          { rank: expect.any(Number), userId: first, score: 777 },
          { rank: expect.any(Number), userId: second, score: 776 },
        ]);
        expect((await get(system, `${board}/ranks?from=${friends[1].rank}&limit=1`)).body).toEqual([friends[1]]);
        expect((await get(system, `${board}/users/${second}`)).body).toEqual({ ...friends[1], players: boards[0].players });
        expect((await get(system, `${board}/users/${second}/around?radius=50`)).body).toContainEqual(friends[1]);
        expect((await get(system, `${board}/top`)).body).toEqual((await get(system, '/api/scores/top')).body);
      });
      expect((await get(system, `${board}/ranks?from=900000000`)).body).toEqual([]);
    });

    it.each([
      ['/api/boards/nowhere/top', 404, 'unknown-board'],
      ['/api/boards/global/top?period=2026-W48', 404, 'unknown-period'],
      ['/api/boards/global/top?period=a_b', 400, 'invalid-request'],
      ['/api/boards/global/ranks?from=0', 400, 'invalid-request'],
      ['/api/boards/global/ranks?limit=101', 400, 'invalid-request'],
      ['/api/boards/global/users', 400, 'invalid-request'],
      ['/api/boards/global/users?ids=', 400, 'invalid-request'],
      ['/api/boards/global/users?ids=ann,', 400, 'invalid-request'],
      ['/api/boards/global/users?ids=%ff', 400, 'invalid-request'],
      [`/api/boards/global/users?ids=${Array.from({ length: 101 }, (_, i) => `u${i}`).join()}`, 400, 'invalid-request'],
    ])('refuses %s with %i %s', async (path, status, code) => {
      const answer = await get(system, path);
      expect([answer.status, answer.body.type]).toEqual([status, `urn:scoreboard:problem:${code}`]);
    });

    it('shows a history in pages, newest first, only to its user and to an admin', async () => {
      const userId = newUser();
      const authorization = `Bearer ${token(userId)}`;
      for (const increment of [1, 2, 3]) await apply(system, userId, increment);
      const first = await get(system, `/api/scores/users/${userId}/history?limit=2`, { authorization });
      expect(first.body.items.map((item: { scoreIncrement: number; scoreAfter: number }) => [item.scoreIncrement, item.scoreAfter])).toEqual([[3, 6], [2, 3]]);
      expect(first.body.items[0]).toEqual({ commandId: expect.stringMatching(UUID), scoreIncrement: 3, scoreAfter: 6, at: expect.stringMatching(/^\d{4}-.*Z$/) });
      const second = await get(system, `/api/scores/users/${userId}/history?limit=2&cursor=${first.body.next}`, { authorization });
      expect(second.body).toMatchObject({ items: [{ scoreIncrement: 1 }], next: null });

      expect((await get(system, `/api/scores/users/${userId}/history`)).status).toBe(401);
      expect((await get(system, `/api/scores/users/${userId}/history`, { authorization: `Bearer ${token(newUser())}` })).status).toBe(403);
      expect((await get(system, `/api/scores/users/${userId}/history`, { authorization: `Bearer ${token('boss', 'scores:admin')}` })).status).toBe(200);
      expect((await get(system, `/api/scores/users/${userId}/history?cursor=abc`, { authorization })).status).toBe(400);
      expect((await get(system, `/api/scores/users/${userId}/history?limit=0`, { authorization })).status).toBe(400);
    });
  });

  describe('watching', () => {
    const watchers: Watched[] = [];
    const open = (url: string, auth?: Record<string, unknown>) => {
      const watcher = watch(url, auth);
      watchers.push(watcher);
      return watcher;
    };
    afterEach(() => watchers.splice(0).forEach(({ socket }) => socket.disconnect()));

    it('sends the complete board on connecting, and pushes changes to the clients of every gateway', async () => {
      const clients = system.gateways.map((url) => open(url));
      await eventually(() => clients.forEach((client) => expect(client.boards()).toHaveLength(1)));
      const leader = newUser('leader');
      for (let i = 0; i < 5; i++) await apply(system, leader, 1_000);
      await eventually(() => {
        for (const client of clients) expect(client.boards().at(-1)!.entries[0]).toEqual({ rank: 1, userId: leader, score: 5_000 });
      });
      for (const client of clients) {
        const revisions = client.boards().map((board) => board.revision);
        expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
        expect(new Set(revisions).size).toBe(revisions.length);
      }
    });

    it('sends a client with a token its own score and rank', async () => {
      const userId = newUser();
      const client = open(system.gateways[0]!, { token: token(userId) });
      const mine = () => client.received.filter(({ event }) => event === 'scores:me').map(({ data }) => data);
      await eventually(() => expect(mine()).toEqual([{ userId, score: 0, rank: null }]));
      await apply(system, userId, 10);
      await eventually(() => expect(mine().at(-1)).toEqual({ userId, score: 10, rank: expect.any(Number) }));
    });

    it('refuses an invalid token, and accepts a client without one', async () => {
      const client = open(system.gateways[0]!, { token: 'bad' });
      const [error] = await once(client.socket as unknown as NodeJS.EventEmitter, 'connect_error');
      expect(error.data).toMatchObject({ status: 401 });
    });

    it('answers subscriptions, and sends the current state at once', async () => {
      const client = open(system.gateways[0]!);
      const { socket } = client;
      await expect(socket.emitWithAck('subscribe', 'top:3')).resolves.toEqual({ ok: true, channel: 'top:3' });
      await eventually(() => expect(client.received.some(({ event }) => event === 'top:3')).toBe(true));
      await expect(socket.emitWithAck('subscribe', 'top:1000')).resolves.toMatchObject({ ok: false });
      await expect(socket.emitWithAck('subscribe', 'scores:me')).resolves.toMatchObject({ ok: false });
      await expect(socket.emitWithAck('unsubscribe', 'top:3')).resolves.toEqual({ ok: true, channel: 'top:3' });
    });

    it('speaks plain WebSocket at the same path', async () => {
      const userId = newUser();
      const url = `${system.gateways[0]!.replace('http', 'ws')}/ws/scores`;
      const frames: { event: string; data: unknown }[] = [];
      const socket = new WebSocket(`${url}?token=${token(userId)}`);
      socket.on('message', (frame) => frames.push(JSON.parse(String(frame))));
      await eventually(() => expect(frames.map((frame) => frame.event)).toEqual(expect.arrayContaining(['scores:top', 'scores:me'])));
      await apply(system, userId, 10);
      await eventually(() => expect(frames.at(-1)).toMatchObject({ event: 'scores:me', data: { userId, score: 10 } }));
      socket.close();

      const bad = new WebSocket(`${url}?token=bad`);
      const [error] = await once(bad, 'error');
      expect(String(error)).toContain('401');
    });
  });

  describe('operating', () => {
    it.each(['/health/live', '/health/ready', '/metrics'])('answers %s on every role', async (path) => {
      for (const url of [...system.apis, ...system.gateways]) expect((await fetch(url + path)).status).toBe(200);
    });

    it('serves the page and the API documentation', async () => {
      const page = await get(system, '/');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(page.headers.get('x-powered-by')).toBeNull();
      expect(page.body).toContain('role="status"');
      expect((await get(system, '/docs')).status).toBe(200);
      const { body } = await get(system, '/docs/openapi.json');
      expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/api/scores/update', '/api/scores/top']));
    });

    it('sends nosniff and the request id on every answer', async () => {
      const [api, gateway] = [system.apis[0]!, system.gateways[0]!];
      const ofApi = ['/', '/api/scores/top', '/api/nothing', '/metrics'].map((path) => api + path);
      const ofGateway = ['/socket.io/?EIO=4&transport=polling', '/socket.io/?EIO=4&transport=polling&sid=gone', '/socket.io/socket.io.js'].map((path) => gateway + path);
      for (const url of [...ofApi, ...ofGateway]) {
        const response = await fetch(url, { headers: { 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' } });
        await response.text();
        const { headers } = response;
        expect([headers.get('x-content-type-options'), headers.get('x-request-id')]).toEqual(['nosniff', '4bf92f3577b34da6a3ce929d0e0e4736']);
      }
    });
  });
}
