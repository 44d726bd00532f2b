import { once } from 'node:events';
import { type ClientRequest, createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@scoreboard/harness';
import { Server } from 'socket.io';
import { eventually } from '../../../test/support';
import { forgedTokenOf, newUser, tokenOf, useScoreboard } from '../../../test/support/use-scoreboard';
import { type Board, type Me, Scoreboard, SubmitError } from './index.ts';

describe('the client library, on the standalone', () => {
  const site = useScoreboard({ RATE_LIMIT_WRITES: '20' });
  const { open, as, proxied, historyOf } = site;

  describe('on', () => {
    it('reports the board at once and on each change, also to a late listener, but not to a removed one', async () => {
      const user = newUser();
      const board = open();
      const told: Board[] = [];
      board.on('top', (top) => told.push(top));
      await eventually(() => expect(told).toHaveLength(1));
      const early: Board[] = [];
      const off = board.on('top', (top) => early.push(top));
      expect(early).toEqual(told);
      off();
      await as(user).submit(500);
      await eventually(() => expect(told.at(-1)!.entries).toContainEqual(expect.objectContaining({ userId: user, score: 500 })));
      expect(early).toHaveLength(1);
    });

    it('reports the score and rank of the player, the neighbors, and the requested top n', async () => {
      const user = newUser();
      const board = as(user);
      const told = { 'me': undefined as Me | undefined, 'around:me': undefined as unknown, 'top:1': undefined as Board | undefined };
      board.on('me', (me) => (told.me = me));
      board.on('around:me', (around) => (told['around:me'] = around));
      board.on('top:1', (top) => (told['top:1'] = top));
      await eventually(() => expect(told.me).toEqual({ userId: user, score: 0, rank: null }));
      await board.submit(600);
      await eventually(() => {
        expect(told.me).toEqual({ userId: user, score: 600, rank: 1 });
        expect(told['around:me']).toContainEqual({ userId: user, score: 600, rank: 1 });
        expect(told['top:1']!.entries).toEqual([{ userId: user, score: 600, rank: 1 }]);
      });
    });

    it('subscribes to every channel in the end, despite the rate limit', async () => {
      const board = open();
      await as(newUser()).submit(1, { waitSeconds: 5 });
      const events = Array.from({ length: 100 }, (_, i) => `top:${i + 1}` as const);
      const told = new Set<string>();
      board.on('top', () => undefined);
      await eventually(() => expect(board.state).toBe('live'));
      // One message each, which is more than the gateway accepts at once.
      for (const event of events) await new Promise<void>((resolve) => setTimeout(() => resolve(void board.on(event, () => told.add(event)))));
      await eventually(() => expect(told.size).toBe(100));
    });

    it.each(['top:0', 'top:101', 'top:x', 'bottom'])('refuses to listen to %s', (event) => {
      expect(() => open().on(event as 'top', () => undefined)).toThrow(RangeError);
    });

    it('reconnects by itself after a network failure, and never reports an older board', async () => {
      const { proxy, url } = await proxied();
      const board = open({}, url);
      const revisions: number[] = [];
      board.on('top', ({ revision }) => revisions.push(revision));
      await eventually(() => expect(board.state).toBe('live'));
      proxy.refuse();
      await eventually(() => expect(board.state).toBe('reconnecting'));
      await as(newUser()).submit(700);
      await proxy.heal();
      await eventually(() => expect(revisions.length).toBeGreaterThan(1));
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    });

    it('connects through a proxy that drops WebSocket upgrades', async () => {
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
      await eventually(() => expect(board.state).toBe('live'));
      expect(errors).toHaveLength(1);
    });

    it('detects a dead connection after sleep', async () => {
      const { proxy, url } = await proxied();
      const board = open({}, url);
      const states: string[] = [];
      board.on('state', (state) => states.push(state));
      await eventually(() => expect(board.state).toBe('live'));
      proxy.silence('up', 'down');
      board.resync();
      await eventually(() => expect(states.at(-1)).toBe('reconnecting'));
      await proxy.heal();
      await eventually(() => expect(states.at(-1)).toBe('live'));
    });

    it('stays offline after close()', async () => {
      const board = as('ann');
      const states: string[] = [];
      board.on('state', (state) => states.push(state));
      await eventually(() => expect(states).toContain('live'));
      board.close();
      board.resync();
      expect(states.at(-1)).toBe('offline');
    });
  });

  describe('submit', () => {
    it('counts an update once whose answers are lost, with one idempotency key', async () => {
      const user = newUser();
      const { url, keys } = await losing(['after', 'before', 'after']);
      const receipt = await as(user, url).submit(5, { waitSeconds: 5 });
      expect(receipt).toMatchObject({ userId: user, scoreIncrement: 5, status: 'applied', score: 5 });
      expect(new Set(keys).size).toBe(1);
      expect(keys).toHaveLength(4);
      expect(await historyOf(tokenOf(user))).toHaveLength(1);
    });

    it('retries after a 503, after the delay that the server asks for', async () => {
      const user = newUser();
      const { url, keys } = await losing([503, 503]);
      await as(user, url).submit(5, { waitSeconds: 5 });
      expect(keys).toHaveLength(3);
      expect(await historyOf(tokenOf(user))).toHaveLength(1);
    });

    it('reports each failed attempt, its reason, and the time until the next one', async () => {
      const { url } = await losing([503, 'before']);
      const retries: SubmitError[] = [];
      await as(newUser(), url).submit(5, { onRetry: (error) => retries.push(error) });
      expect(retries).toMatchObject([
        { name: 'SubmitError', status: 503, outcome: 'unknown' },
        { name: 'SubmitError', status: undefined, message: expect.stringContaining(`${url}/api/scores/update did not answer`) },
      ]);
      for (const { retryAfterMs } of retries) expect(retryAfterMs).toBeGreaterThan(0);
    });

    it('calls a failed token hook again after its retryAfterMs', async () => {
      const hook = jest.fn(() => tokenOf('ann')).mockImplementationOnce(() => {
        throw Object.assign(new Error('too many players'), { retryAfterMs: 1_500 });
      });
      const retries: SubmitError[] = [];
      await open({ token: hook }).submit(5, { onRetry: (error) => retries.push(error) });
      expect(retries).toMatchObject([{ outcome: 'refused', cause: { message: 'too many players' } }]);
      expect(retries[0]!.retryAfterMs).toBeGreaterThanOrEqual(1_500);
      expect(retries[0]!.retryAfterMs).toBeLessThan(2_100);
    });

    it('gives up at once if the hook returns the refused token again', async () => {
      const forged = forgedTokenOf('ann');
      const hook = jest.fn(() => forged);
      await expect(open({ token: hook }).submit(5)).rejects.toMatchObject({ status: 401, outcome: 'refused', message: 'The token hook returned the token that the server refused.' });
      expect(hook).toHaveBeenCalledTimes(2);
    });

    it('requests another token if the server refuses the first', async () => {
      const user = newUser();
      const board = open({ token: ({ refused }) => (refused ? tokenOf(user) : forgedTokenOf(user)) });
      await expect(board.submit(5)).resolves.toMatchObject({ userId: user });
    });

    it('reports a refused update with its problem and the outcome refused', async () => {
      const failure = await as('ann').submit(0).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SubmitError);
      expect(failure).toMatchObject({ status: 400, outcome: 'refused', problem: { type: 'urn:scoreboard:problem:invalid-request' }, message: expect.stringMatching(/: scoreIncrement must be at least 1$/) });
    });

    it('does not wait for the rate limit longer than giveUpAfterMs', async () => {
      const board = as(newUser());
      await Promise.all(Array.from({ length: 20 }, () => board.submit(1)));
      const failure = await board.submit(1, { giveUpAfterMs: 10 }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'SubmitError', status: 429, outcome: 'refused', retryAfterMs: expect.any(Number) });
    });

    it('reports an unanswered update with the outcome unknown, and counts it once when retried with its key', async () => {
      const user = newUser();
      const { url } = await losing(Array.from({ length: 5 }, () => 'after' as const));
      const board = as(user, url);
      const failure = (await board.submit(5, { giveUpAfterMs: 1 }).catch((error: unknown) => error)) as SubmitError;
      expect(failure).toMatchObject({ name: 'SubmitError', status: undefined, outcome: 'unknown' });
      await board.submit(5, { idempotencyKey: failure.idempotencyKey, waitSeconds: 5 });
      expect(await historyOf(tokenOf(user))).toHaveLength(1);
    });

    it('throws without a player', async () => {
      await expect(open().submit(5)).rejects.toMatchObject({ name: 'SubmitError', outcome: 'refused' });
    });

    it('signs the player in on an anonymous connection', async () => {
      const user = newUser();
      let player: ReturnType<typeof tokenOf> | undefined;
      const board = open({ token: ({ purpose }) => (purpose === 'submit' ? (player ??= tokenOf(user)) : player) });
      let me: Me | undefined;
      board.on('me', (told) => (me = told));
      await eventually(() => expect(board.state).toBe('live'));
      await board.submit(3);
      await eventually(() => expect(me).toMatchObject({ userId: user, score: 3 }));
    });
  });

  it('is live again after the server is killed and restarted, and shows the accepted updates', async () => {
    const user = newUser();
    const board = as(user);
    let me: Me | undefined;
    const errors: Error[] = [];
    board.on('me', (told) => (me = told));
    board.on('error', (error) => errors.push(error));
    await board.submit(7);
    await site.role.kill();
    await eventually(() => expect(board.state).toBe('reconnecting'));
    await eventually(() => expect(errors[0]?.message).toContain(`${site.url}/socket.io/ did not answer (connect ECONNREFUSED`));
    await site.restart();
    await eventually(() => expect(board.state).toBe('live'));
    await eventually(() => expect(me).toMatchObject({ userId: user, score: 7 }));
  });

  /** A proxy in front of the standalone. `fates` says what happens to the first requests: answered with 503, or lost `before` or `after` they reached it. */
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

describe('the client library, with a fake gateway', () => {
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

  it('reconnects within the retryAfterMs of a closing gateway', async () => {
    let joined = 0;
    gateway.of('/ws/scores').on('connection', (socket) => {
      if (++joined > 1) return;
      socket.emit('closing', { code: 1001, reason: 'the server is going away', retryAfterMs: 1 });
      socket.disconnect(true);
    });
    board.on('top', () => undefined);
    await eventually(() => expect([joined, board.state]).toEqual([2, 'live']));
  });

  it('is not live while the gateway reports a stale board', async () => {
    const everybody = gateway.of('/ws/scores');
    const states: string[] = [];
    board.on('state', (state) => states.push(state));
    await eventually(() => expect(board.state).toBe('live'));
    everybody.emit('stale', { stale: true });
    await eventually(() => expect(board.state).toBe('reconnecting'));
    everybody.emit('stale', { stale: false });
    await eventually(() => expect(states).toEqual(['reconnecting', 'live', 'reconnecting', 'live']));
  });
});
