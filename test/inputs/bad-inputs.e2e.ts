import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { WebSocket } from 'ws';
import type { RoleProcess } from '@scoreboard/harness';
import { eventually, startStandalone } from '../support';
import { bodyRows, oddBodies } from './body-rows';
import { headerRows, originRows } from './header-rows';
import { pathRows } from './path-rows';
import { exchange, type RawAnswer } from './raw-http';
import { judge, request, type Row, send } from './row';
import { socketRows } from './socket-rows';
import { play, type SocketEnd } from './sockets';
import { AUDIENCE, ISSUER, now, SECRET, token } from './tokens';
import { tokenRows } from './token-rows';
import { slowRows, wireRows } from './wire-rows';

/** What no answer may contain: a stack trace, SQL, an address, or the name of a library or server. */
const LEAK = /\bat .+:\d+|node_modules|\.[jt]s:\d|SELECT|INSERT|127\.0\.0\.1|localhost|fastify|\bnest(?:js)?\b|\bzod|passport|jsonwebtoken|express|typeorm|postgres|pglite|redis|rabbit|amqp|socket\.io|HPE_|FST_|ERR_/i;

/** The path comes from the client itself. */
const withoutPath = (answer: RawAnswer): RawAnswer => ({ ...answer, body: answer.body.replace('/socket.io/', '') });

/** The catalog of bad inputs, on the running standalone: see docs/evidence/bad-inputs.md for what each id means. */
describe('the standalone with bad inputs', () => {
  let role: RoleProcess;
  let lure: Server;
  let lured = 0;
  let slow: Promise<RawAnswer[]>[];
  const answers: RawAnswer[] = [];

  beforeAll(async () => {
    lure = createServer((_request, response) => response.end(String(lured++))).listen(0, '127.0.0.1');
    await once(lure, 'listening');
    role = await startStandalone({
      JWT_SECRET: SECRET,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      CORS_ORIGINS: 'https://app.example.com,https://other.example.com,https://*.wild.example.com,capacitor://game',
      RATE_LIMIT_READS: '0',
      RATE_LIMIT_WRITES: '0',
    });
    slow = slowRows.map((row) => send(role.url, row.send));
  });

  afterAll(async () => {
    lure?.close();
    expect(await role?.stop()).toBe(0);
  });

  const confirmed = async (): Promise<number> => {
    const metrics = await (await fetch(`${role.url}/metrics`)).text();
    return Number(/^scoreboard_queue_confirmed_commands_total\S* (\d+)/m.exec(metrics)![1]);
  };

  function table(name: string, rows: () => readonly Row[], answerOf: (row: Row, index: number) => Promise<RawAnswer[]> = (row) => send(role.url, row.send)): void {
    describe(name, () => {
      let before: number;
      beforeAll(async () => {
        before = await confirmed();
      });

      // Several rows may share an id.
      it.each(rows().map((row, i) => [row.id, row.what, row, i] as const))('%s: %s', async (_id, _what, row, i) => {
        const [answer, ...more] = await answerOf(row, i);
        expect(more).toEqual([]);
        answers.push(withoutPath(answer!));
        judge(answer!, row.answer);
      });

      it('accepted no update, and still serves', async () => {
        expect(await confirmed()).toBe(before);
        const [served] = await exchange(role.url, request({ method: 'GET', path: '/api/scores/top' }));
        expect(served).toMatchObject({ status: 200, body: '[]' });
      });
    });
  }

  table('bodies', () => bodyRows);
  table('tokens', () => tokenRows(() => `http://127.0.0.1:${(lure.address() as AddressInfo).port}/keys`));
  table('headers', () => headerRows);
  table('pages of other origins', () => originRows);
  table('paths, methods and queries', () => pathRows);
  table('malformed HTTP', () => wireRows);
  table('slow clients', () => slowRows, (_row, i) => slow[i]!);

  describe('sockets', () => {
    let ends: Promise<SocketEnd>[];
    // All at once, because the server takes seconds to close idle sockets. The empty catch prevents unhandled rejections.
    beforeAll(() => {
      ends = socketRows.map((row) => play(role.url, row));
      ends.forEach((end) => end.catch(() => undefined));
    });

    it.each(socketRows.map((row, i) => [row.id, row.what, row, i] as const))('%s: %s', async (_id, _what, row, i) => {
      const { refused, code, said } = await ends[i]!;
      if (refused) answers.push(withoutPath(refused));
      if ('refused' in row.ends) return judge(refused!, row.ends.refused);
      if ('refusedByEngine' in row.ends) return expect(refused?.status).toBe(row.ends.refusedByEngine);
      expect(refused).toBeUndefined();
      if (row.ends.code) expect(code).toBe(row.ends.code);
      if (row.ends.saysBefore) expect(said.at(-2)).toBe(row.ends.saysBefore);
      if (row.ends.says) expect(said.at(-1)).toBe(row.ends.says);
      answers.push({ status: 0, headers: {}, body: said.join('\n') });
    });

    it.each([
      ['W07: an expired token, over Socket.IO,', '/socket.io/?EIO=4&transport=websocket', () => [`40/ws/scores,${JSON.stringify({ token: token({ exp: now() - 60 }) })}`]],
      ['W07: an expired token, without Socket.IO,', () => `/ws/scores?token=${token({ exp: now() - 60 })}`, () => []],
      ['J32: a token that expires while the socket is open', () => `/ws/scores?token=${token({ exp: now() - 2 })}`, () => []],
    ] as const)('%s makes its client anonymous, notifies it, and keeps the board', async (_what, path, frames) => {
      const socket = new WebSocket(role.url.replace('http', 'ws') + (typeof path === 'string' ? path : path()));
      const said: string[] = [];
      socket.on('message', (text) => said.push(String(text)));
      await once(socket, 'open');
      for (const frame of frames()) socket.send(frame);
      await eventually(() => expect(said.join()).toMatch(/"scores:top".*"unauthenticated"/));
      expect(said.join()).toContain('{"reason":"The token has expired."}');
      expect(socket.readyState).toBe(WebSocket.OPEN);
      socket.close();
    });

    it('accepted no update, and still accepts clients', async () => {
      const { said } = await play(role.url, { id: '', what: '', path: '/ws/scores', send: ['{"event":"none"}'], ends: {} });
      expect(said[0]).toMatch(/^{"event":"scores:top","data":{"revision":\d+,"entries":\[\]}}$/);
    });
  });

  describe('a body that goes on after its last answer', () => {
    // A server that closes at once resets the connection, and a client that is still sending may never read the answer.
    it.each([
      [413, 'too large', { 'Content-Type': 'application/json' }],
      [415, 'of another type', { 'Content-Type': 'text/plain' }],
    ])('is read to its end after %i: %s', async (status, _what, headers) => {
      const all = request({ headers, body: ' '.repeat(4_000_000) });
      const { hostname, port } = new URL(role.url);
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      socket.write(all.subarray(0, 100_000));
      await once(socket, 'end');
      expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      for (let i = 100_000; i < all.length; i += 20_000) {
        await new Promise<void>((resolve, reject) => socket.write(all.subarray(i, i + 20_000), (error) => (error ? reject(error) : resolve())));
      }
      socket.end();
      await once(socket, 'close'); // rejects if the connection is reset
    });
  });

  describe('unusual but valid bodies', () => {
    it.each(oddBodies)('$id: accepts $what', async ({ body, type = 'application/json' }) => {
      const before = await confirmed();
      const [answer] = await exchange(role.url, request({ headers: { 'Content-Type': type }, body }));
      expect(answer).toMatchObject({ status: 201, body: expect.stringContaining('"status":"accepted"') });
      expect(await confirmed()).toBe(before + 1);
    });
  });

  describe('afterwards', () => {
    it('no answer has revealed a library, a server or an address', () => {
      expect(answers.length).toBeGreaterThan(300);
      const told = answers.map(({ headers, body }) => JSON.stringify([headers, body]));
      expect(told.filter((text) => LEAK.test(text))).toEqual([]);
      expect(told.filter((text) => /"(?:server|x-powered-by)"/.test(text))).toEqual([]);
    });

    it('no key was fetched, no prototype was changed, and the log contains no error and no input', async () => {
      const log = role.output().split('\n').filter((line) => line.startsWith('{')).join('\n');
      expect(lured).toBe(0);
      expect(log.split('\n').filter((line) => /"log\.level":"(?:warn|error|fatal)"/.test(line))).toEqual([]);
      expect(log).not.toMatch(/jndi|polluted|evil\.example|eyJ/);
    });
  });
});
