import { once } from 'node:events';
import type { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { withClockStopped } from '../../../../test/support';
import { boardsContract } from './boards.contract';
import { gatewayContract } from './gateway.contract';
import { severalGatewaysContract } from './several-gateways.contract';
import { type Connect, headersOf, type Received, startGateway, type TestClient, type TestGateway, until } from './test-gateway.contract';
import { FLOOD } from './transport/message-limits';

function wrap(socket: Socket, received: Received[]): TestClient {
  const raw = () => (socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void; send(frame: string | Buffer): void } }).ws;
  return {
    received,
    ask: (event, data) => socket.timeout(5_000).emitWithAck(event, data),
    authenticate: async (token) => (await socket.timeout(5_000).emitWithAck('authenticate', token)).ok,
    ping: () => socket.timeout(5_000).emitWithAck('ping'),
    tell: (event, data) => socket.emit(event, data),
    raw: (frame) => raw().send(frame),
    pause: () => raw().pause(),
    resume: () => socket.connected && raw().resume(),
    isConnected: () => socket.connected,
    close: () => socket.disconnect(),
  };
}

/** `data` comes from the namespace. For a refused handshake only the transport's error text is available. */
type ConnectError = Error & { readonly data?: { readonly status: number; readonly detail?: string }; readonly description?: Error };

const connectOver =
  (transports: string[]): Connect =>
  async (url, options = {}) => {
    const { token, revision } = options;
    const extraHeaders = headersOf(options);
    const socket = io(`${url}/ws/scores`, { auth: { token, revision }, transports, forceNew: true, reconnection: false, extraHeaders });
    const received: Received[] = [];
    socket.onAny((event: string, data: unknown) => received.push({ event, data, at: Date.now() }));
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: ConnectError) => {
        const status = error.data?.status ?? (Number(/response: (\d+)/.exec(error.description?.message ?? '')?.[1]) || undefined);
        reject(Object.assign(error, { status, detail: error.data?.detail, isForNow: socket.active }));
        socket.disconnect();
      };
      socket.once('connect', resolve);
      socket.once('connect_error', refuse);
      socket.once('disconnect', (reason) => refuse(new Error(reason)));
    });
    return wrap(socket, received);
  };

describe('BoardGateway', () => {
  gatewayContract(connectOver(['websocket']));

  describe('boards that reset', () => boardsContract(connectOver(['websocket'])));
  describe('with several gateways', () => severalGatewaysContract(connectOver(['websocket'])));

  describe('on Socket.IO', () => {
    let gateway: TestGateway;
    beforeEach(async () => {
      gateway = await startGateway();
    });
    afterEach(() => gateway.stop());

    it('serves polling clients', async () => {
      const client = await connectOver(['polling'])(gateway.url, { token: 'token-of-ann' });
      await until(() => client.received.length === 2);
      for (let score = 1; score <= 50; score++) await gateway.put({ ann: score });
      await until(() => client.received.some(({ event, data }) => event === 'scores:top' && data.entries[0]?.score === 50));
      client.close();
    });

    it('serves clients that start with polling and upgrade to WebSocket', async () => {
      const client = await connectOver(['polling', 'websocket'])(gateway.url);
      for (let score = 1; score <= 50; score++) {
        await gateway.put({ ann: score });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await until(() => client.received.at(-1)?.data.entries[0]?.score === 50);
      client.close();
    });

    it('bypasses engine.io for WebSockets, and uses it for polling clients', async () => {
      const server = Reflect.get(gateway.adapter, 'io') as Server;
      const passed: string[] = [];
      server.engine.on('flush', (_connection: unknown, packets: { data?: string }[]) => passed.push(...packets.map(({ data }) => data ?? '')));
      const boards = () => passed.filter((data) => data.includes('"scores:top"')).length;
      const direct = await connectOver(['websocket'])(gateway.url);
      await until(() => direct.received.length);
      passed.length = 0;
      await gateway.put({ ann: 1 });
      await until(() => direct.received.length === 2);
      expect(boards()).toBe(0);

      const polling = await connectOver(['polling'])(gateway.url);
      await until(() => polling.received.length);
      await gateway.put({ ann: 2 });
      await until(() => polling.received.at(-1)!.data.entries[0].score === 2 && direct.received.length === 3);
      expect(boards()).toBe(polling.received.length);
      for (const client of [direct, polling]) client.close();
    });

    it('sends clients a random retryAfterMs on drain, and lets them reconnect by themselves', async () => {
      const socket = io(`${gateway.url}/ws/scores`, { transports: ['websocket'], forceNew: true, reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 });
      await new Promise<void>((resolve) => void socket.once('connect', resolve));
      const closing = new Promise<{ retryAfterMs: number }>((resolve) => void socket.once('closing', resolve));
      const disconnected = new Promise<string>((resolve) => void socket.once('disconnect', resolve));
      await gateway.adapter.drain();
      const { retryAfterMs } = await closing;
      expect(retryAfterMs).toBeGreaterThanOrEqual(0);
      expect(retryAfterMs).toBeLessThanOrEqual(2_000);
      expect(await disconnected).toBe('transport close');
      expect(socket.active).toBe(true);
      socket.disconnect();
    });

    it('sends nosniff and the request id on every HTTP answer, including refusals, preflights and the client script', async () => {
      const ask = async (query: string, { headers, ...init }: { method?: string; body?: string; headers?: Record<string, string> } = {}) => {
        const response = await fetch(`${gateway.url}/socket.io/${query}`, { ...init, headers: { ...headers, 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' } });
        return { told: [response.status, response.headers.get('x-content-type-options'), response.headers.get('x-request-id')], body: await response.text() };
      };
      const handshake = '?EIO=4&transport=polling';
      const opened = await ask(handshake);
      const session = `${handshake}&sid=${(JSON.parse(opened.body.slice(1)) as { sid: string }).sid}`;
      const answers = [
        opened,
        await ask(session, { method: 'POST', body: '40/ws/scores,' }),
        await ask(session),
        await ask(session, { method: 'POST', body: '1' }), // closes the session
        await ask(session),
        await ask(handshake, { method: 'OPTIONS', headers: { 'origin': 'https://friend.example', 'access-control-request-method': 'POST' } }),
        await ask(handshake, { headers: { origin: 'https://evil.example' } }),
        await ask('socket.io.js'),
      ];
      expect(answers.map(({ told }) => told)).toEqual([200, 200, 200, 200, 400, 204, 403, 200].map((status) => [status, 'nosniff', '4bf92f3577b34da6a3ce929d0e0e4736']));
    });

    it('sends them on an upgrade too, with a new id if the request has none', async () => {
      for (const [headers, id] of [[{ 'x-request-id': 'A'.repeat(32) }, 'a'.repeat(32)], [{}, expect.stringMatching(/^[\da-f]{32}$/)]] as const) {
        const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers });
        const [answer] = await once(socket, 'upgrade');
        expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': id });
        socket.terminate();
      }
    });

    it('refuses a polling page of a foreign origin without CORS headers', async () => {
      const poll = (origin: string) => fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
      const foreign = await poll('https://evil.example');
      expect(foreign.status).toBe(403);
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
      for (const origin of ['https://friend.example', 'https://a.friend.example', 'capacitor://localhost']) {
        const friend = await poll(origin);
        expect([friend.status, friend.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      }
    });

    it('answers an unknown session with 400 while it admits clients, and with 503 otherwise', async () => {
      const session = `${gateway.url}/socket.io/?EIO=4&transport=polling&sid=of-another-gateway`;
      expect((await fetch(session)).status).toBe(400);
      gateway.admit(false);
      for (const init of [{}, { method: 'POST', body: '2' }]) {
        const answer = await fetch(session, init);
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      }
      const upgrade = new WebSocket(session.replace('http', 'ws').replace('polling', 'websocket'));
      expect((await once(upgrade, 'unexpected-response'))[1]).toMatchObject({ statusCode: 503 });
    });

    it('counts a polling session as a connection of its client address', async () => {
      await gateway.stop();
      gateway = await startGateway({ maxPerAddress: 1 });
      const client = await connectOver(['polling'])(gateway.url);
      const poll = () => fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`);
      const refused = await poll();
      expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('content-type')]).toEqual([429, '10', 'application/problem+json']);
      expect(await refused.json()).toMatchObject({ type: 'urn:scoreboard:problem:rate-limited', status: 429, instance: '/socket.io/' });
      client.close();
      await until(() => gateway.subscriptions.connected['socket.io'] === 0);
      expect((await poll()).status).toBe(200);
    });

    it.each([[['polling']], [['polling', 'websocket']]])('notifies a client over %j that its token has expired, and accepts a new one', async (transports) => {
      const client = await connectOver(transports)(gateway.url, { token: 'brief' });
      await until(() => client.received.some(({ event }) => event === 'unauthenticated'));
      expect(await client.authenticate('token-of-bob')).toBe(true);
      await until(() => client.received.some(({ data }) => data.userId === 'bob'));
      client.close();
    });

    describe('with a raw client', () => {
      /** A Socket.IO WebSocket that has joined no namespace yet, and the messages it received. */
      async function openEngine(): Promise<{ socket: WebSocket; told: string[]; ended: Promise<unknown> }> {
        const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
        const told: string[] = [];
        socket.on('message', (text) => told.push(String(text)));
        const ended = once(socket, 'close');
        await once(socket, 'open');
        return { socket, told, ended };
      }

      it('refuses the root namespace', async () => {
        const { socket, told } = await openEngine();
        socket.send('40');
        await until(() => told.includes('44{"message":"Invalid namespace"}'));
        socket.close();
      });

      it('closes a connection that left its namespace', async () => {
        const { socket, told, ended } = await openEngine();
        socket.send('40/ws/scores,');
        await until(() => told.some((text) => text.startsWith('42/ws/scores,["scores:top"')));
        socket.send('41/ws/scores,');
        await ended;
      });

      it('limits the messages before a namespace is joined, and WebSocket pings', async () => {
        const [calling, pinging] = [await openEngine(), await openEngine()];
        let pongs = 0;
        pinging.socket.on('pong', () => pongs++);
        await withClockStopped(async () => {
          for (let i = 0; i < 1_000; i++) calling.socket.send('40/admin,');
          for (let i = 0; i < 1_000; i++) pinging.socket.ping();
          await Promise.all([calling.ended, pinging.ended]);
        });
        expect(calling.told.filter((text) => text.startsWith('44')).length).toBeLessThanOrEqual(FLOOD.burst);
        expect(pongs).toBeLessThanOrEqual(FLOOD.burst);
      });
    });

    it('serves the client script', async () => {
      const response = await fetch(`${gateway.url}/socket.io/socket.io.js`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('Socket.IO');
    });

    it('disconnects its clients when the app closes', async () => {
      const client = await connectOver(['websocket'])(gateway.url);
      await gateway.stop();
      await until(() => !client.isConnected());
    });
  });
});
