import { once } from 'node:events';
import { type ClientRequest, createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@scoreboard/harness';
import { Server } from 'socket.io';
import { eventually } from '../../../test/support';
import { forgedTokenOf, newUser, tokenOf, useScoreboard } from '../../../test/support/use-scoreboard';
import { type Board, type Me, Scoreboard, SubmitError } from './index.ts';

const PATIENT = { withinMs: 30_000 };

describe('the client library, on the standalone', () => {
  const site = useScoreboard({ RATE_LIMIT_WRITES: '20' });
  const { open, as, proxied, historyOf } = site;

  describe('watching', () => {
    it('tells the board at once and at each change, to a late listener too, and to none that was called off', async () => {
      const user = newUser();
      const board = open();
      const told: Board[] = [];
      board.on('top', (top) => told.push(top));
      await eventually(() => expect(told).toHaveLength(1), PATIENT);
      const early: Board[] = [];
      const off = board.on('top', (top) => early.push(top));
      expect(early).toEqual(told);
      off();
      await as(user).submit(500);
      await eventually(() => expect(told.at(-1)!.entries).toContainEqual(expect.objectContaining({ userId: user, score: 500 })), PATIENT);
      expect(early).toHaveLength(1);
    });

    it('tells a player the own score and place, the neighbours and as many of the best as asked for', async () => {
      const user = newUser();
      const board = as(user);
      const told = { 'me': undefined as Me | undefined, 'around:me': undefined as unknown, 'top:1': undefined as Board | undefined };
      board.on('me', (me) => (told.me = me));
      board.on('around:me', (around) => (told['around:me'] = around));
      board.on('top:1', (top) => (told['top:1'] = top));
      await eventually(() => expect(told.me).toEqual({ userId: user, score: 0, rank: null }), PATIENT);
      await board.submit(600);
      await eventually(() => {
        expect(told.me).toEqual({ userId: user, score: 600, rank: 1 });
        expect(told['around:me']).toContainEqual({ userId: user, score: 600, rank: 1 });
        expect(told['top:1']!.entries).toEqual([{ userId: user, score: 600, rank: 1 }]);
      }, PATIENT);
    });

    it('gets every channel that it listens to in the end, however often it asks', async () => {
      const board = open();
      await as(newUser()).submit(1, { waitSeconds: 5 });
      const events = Array.from({ length: 100 }, (_, i) => `top:${i + 1}` as const);
      const told = new Set<string>();
      board.on('top', () => undefined);
      await eventually(() => expect(board.state).toBe('live'), PATIENT);
      // Each time in a message of its own, which is more than the gateway takes at once.
      for (const event of events) await new Promise<void>((resolve) => setTimeout(() => resolve(void board.on(event, () => told.add(event)))));
      await eventually(() => expect(told.size).toBe(100), PATIENT);
    });

    it.each(['top:0', 'top:101', 'top:x', 'bottom'])('refuses to listen to %s', (event) => {
      expect(() => open().on(event as 'top', () => undefined)).toThrow(RangeError);
    });

    it('is back by itself when the network was, and its boards never grow older', async () => {
      const { proxy, url } = await proxied();
      const board = open({}, url);
      const revisions: number[] = [];
      board.on('top', ({ revision }) => revisions.push(revision));
      await eventually(() => expect(board.state).toBe('live'), PATIENT);
      proxy.refuse();
      await eventually(() => expect(board.state).toBe('reconnecting'), PATIENT);
      await as(newUser()).submit(700);
      await proxy.heal();
      await eventually(() => expect(revisions.length).toBeGreaterThan(1), PATIENT);
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    }, 60_000);

    it('gets through a proxy that swallows what asks for a WebSocket', async () => {
      const { hostname, port } = new URL(site.url);
      const server = createServer((request, response) => {
        const onward: ClientRequest = forward({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode!, answer.headers)));
        onward.on('error', () => response.destroy());
        request.pipe(onward);
      });
      server.on('upgrade', (_, socket) => site.after(() => socket.destroy()));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      site.after(() => server.close().closeAllConnections());
      const board = open({}, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const errors: Error[] = [];
      board.on('error', (error) => errors.push(error));
      board.on('top', () => undefined);
      await eventually(() => expect(board.state).toBe('live'), PATIENT);
      expect(errors).toHaveLength(1);
    }, 60_000);

    it('finds out by itself after sleep that its connection is dead', async () => {
      const { proxy, url } = await proxied();
      const board = open({}, url);
      const states: string[] = [];
      board.on('state', (state) => states.push(state));
      await eventually(() => expect(board.state).toBe('live'), PATIENT);
      proxy.silence('up', 'down');
      board.resync();
      await eventually(() => expect(states.at(-1)).toBe('reconnecting'), PATIENT);
      await proxy.heal();
      await eventually(() => expect(states.at(-1)).toBe('live'), PATIENT);
    }, 60_000);

    it('is over when it is closed', async () => {
      const board = as('ann');
      const states: string[] = [];
      board.on('state', (state) => states.push(state));
      await eventually(() => expect(states).toContain('live'), PATIENT);
      board.close();
      board.resync();
      expect(states.at(-1)).toBe('offline');
    });
  });

  describe('submitting', () => {
    it('counts an update once whose answers are lost on the way, under one key', async () => {
      const user = newUser();
      const { url, keys } = await losing(['after', 'before', 'after']);
      const receipt = await as(user, url).submit(5, { waitSeconds: 5 });
      expect(receipt).toMatchObject({ userId: user, scoreIncrement: 5, status: 'applied', score: 5 });
      expect(new Set(keys).size).toBe(1);
      expect(keys).toHaveLength(4);
      expect(await historyOf(tokenOf(user))).toHaveLength(1);
    }, 60_000);

    it('tries again after a 503, as much later as it is asked to', async () => {
      const user = newUser();
      const { url, keys } = await losing([503, 503]);
      await as(user, url).submit(5, { waitSeconds: 5 });
      expect(keys).toHaveLength(3);
      expect(await historyOf(tokenOf(user))).toHaveLength(1);
    }, 60_000);

    it('tells each try that failed, why, and when the next one comes', async () => {
      const { url } = await losing([503, 'before']);
      const retries: SubmitError[] = [];
      await as(newUser(), url).submit(5, { onRetry: (error) => retries.push(error) });
      expect(retries).toMatchObject([
        { name: 'SubmitError', status: 503, outcome: 'unknown' },
        { name: 'SubmitError', status: undefined, message: expect.stringContaining(`${url}/api/scores/update did not answer`) },
      ]);
      for (const { retryAfterMs } of retries) expect(retryAfterMs).toBeGreaterThan(0);
    }, 60_000);

    it('asks a token hook that failed again when that says so', async () => {
      const hook = jest.fn(() => tokenOf('ann')).mockImplementationOnce(() => {
        throw Object.assign(new Error('too many players'), { retryAfterMs: 1_500 });
      });
      const retries: SubmitError[] = [];
      await open({ token: hook }).submit(5, { onRetry: (error) => retries.push(error) });
      expect(retries).toMatchObject([{ outcome: 'refused', cause: { message: 'too many players' } }]);
      expect(retries[0]!.retryAfterMs).toBeGreaterThanOrEqual(1_500);
      expect(retries[0]!.retryAfterMs).toBeLessThan(2_100);
    });

    it('gives up at once where the hook has no other token than the one that the server refused', async () => {
      const forged = forgedTokenOf('ann');
      const hook = jest.fn(() => forged);
      await expect(open({ token: hook }).submit(5)).rejects.toMatchObject({ status: 401, outcome: 'refused', message: 'The token hook returned the token that the server refused.' });
      expect(hook).toHaveBeenCalledTimes(2);
    });

    it('gets another token where the server takes the first one not', async () => {
      const user = newUser();
      const board = open({ token: ({ refused }) => (refused ? tokenOf(user) : forgedTokenOf(user)) });
      await expect(board.submit(5)).resolves.toMatchObject({ userId: user });
    });

    it('says what is wrong, and that the update surely does not count, where the server refuses it', async () => {
      const failure = await as('ann').submit(0).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SubmitError);
      expect(failure).toMatchObject({ status: 400, outcome: 'refused', problem: { type: 'urn:scoreboard:problem:invalid-request' } });
    });

    it('does not wait longer for its turn than it may', async () => {
      const board = as(newUser());
      await Promise.all(Array.from({ length: 20 }, () => board.submit(1)));
      const failure = await board.submit(1, { giveUpAfterMs: 10 }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'SubmitError', status: 429, outcome: 'refused', retryAfterMs: expect.any(Number) });
    });

    it('leaves no doubt that an update may count which nobody answered, and goes on with its key', async () => {
      const user = newUser();
      const { url } = await losing(Array.from({ length: 5 }, () => 'after' as const));
      const board = as(user, url);
      const failure = (await board.submit(5, { giveUpAfterMs: 1 }).catch((error: unknown) => error)) as SubmitError;
      expect(failure).toMatchObject({ name: 'SubmitError', status: undefined, outcome: 'unknown' });
      await board.submit(5, { idempotencyKey: failure.idempotencyKey, waitSeconds: 5 });
      expect(await historyOf(tokenOf(user))).toHaveLength(1);
    }, 60_000);

    it('throws where there is nobody to submit for', async () => {
      await expect(open().submit(5)).rejects.toMatchObject({ name: 'SubmitError', outcome: 'refused' });
    });

    it('shows who submits from then on, to a board that was watched by nobody', async () => {
      const user = newUser();
      let player: ReturnType<typeof tokenOf> | undefined;
      const board = open({ token: ({ purpose }) => (purpose === 'submit' ? (player ??= tokenOf(user)) : player) });
      let me: Me | undefined;
      board.on('me', (told) => (me = told));
      await eventually(() => expect(board.state).toBe('live'), PATIENT);
      await board.submit(3);
      await eventually(() => expect(me).toMatchObject({ userId: user, score: 3 }), PATIENT);
    });
  });

  it('is live again when the server was killed and started, and shows what was accepted', async () => {
    const user = newUser();
    const board = as(user);
    let me: Me | undefined;
    const errors: Error[] = [];
    board.on('me', (told) => (me = told));
    board.on('error', (error) => errors.push(error));
    await board.submit(7);
    await site.role.kill();
    await eventually(() => expect(board.state).toBe('reconnecting'), PATIENT);
    await site.restart();
    await eventually(() => expect(board.state).toBe('live'), PATIENT);
    await eventually(() => expect(me).toMatchObject({ userId: user, score: 7 }), PATIENT);
    expect(errors[0]!.message).toContain(`${site.url}/socket.io/ did not answer (connect ECONNREFUSED`);
  }, 120_000);

  /** In front of the standalone: what happens to the first requests in turn; `after` and `before` are losses after and before it had them. */
  async function losing(fates: (503 | 'before' | 'after')[]): Promise<{ readonly url: string; readonly keys: string[] }> {
    const keys: string[] = [];
    const server = createServer((request, response) => {
      void (async () => {
        keys.push(request.headers['idempotency-key'] as string);
        const fate = fates.shift();
        const body = await new Response(request as unknown as ReadableStream).text();
        if (fate === 503) return void response.writeHead(503, { 'Retry-After': '1' }).end();
        if (fate === 'before') return void request.socket.destroy();
        const { authorization = '', prefer = '', 'idempotency-key': key = '' } = request.headers as Record<string, string>;
        const headers = { 'content-type': 'application/json', authorization, prefer, 'idempotency-key': key };
        const answer = await fetch(site.url + request.url, { method: 'POST', headers, body });
        if (fate === 'after') return void request.socket.destroy();
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    site.after(() => server.close().closeAllConnections());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
  }
});

describe('the client library, beside a gateway of its own making', () => {
  let gateway: Server;
  let board: Scoreboard;
  beforeEach(async () => {
    const port = await freePort();
    gateway = new Server(port);
    board = new Scoreboard(`http://127.0.0.1:${port}`);
  });
  afterEach(async () => {
    board.close();
    await gateway.close();
  });

  it('comes back after at most the time that it is told when it is sent away', async () => {
    let joined = 0;
    gateway.of('/ws/scores').on('connection', (socket) => {
      if (++joined > 1) return;
      socket.emit('closing', { code: 1001, reason: 'the server is going away', retryAfterMs: 1 });
      socket.disconnect(true);
    });
    board.on('top', () => undefined);
    await eventually(() => expect([joined, board.state]).toEqual([2, 'live']), PATIENT);
  });

  it('is not live while the gateway says that its board may be old', async () => {
    const everybody = gateway.of('/ws/scores');
    const states: string[] = [];
    board.on('state', (state) => states.push(state));
    await eventually(() => expect(board.state).toBe('live'), PATIENT);
    everybody.emit('stale', { stale: true });
    await eventually(() => expect(board.state).toBe('reconnecting'), PATIENT);
    everybody.emit('stale', { stale: false });
    await eventually(() => expect(states).toEqual(['reconnecting', 'live', 'reconnecting', 'live']), PATIENT);
  });
});
