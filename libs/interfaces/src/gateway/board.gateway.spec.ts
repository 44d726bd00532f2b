import { io, type Socket } from 'socket.io-client';
import { gatewayContract } from './gateway.contract';
import { type Connect, type Received, startGateway, type TestClient, type TestGateway, until } from './test-gateway.contract';

function wrap(socket: Socket, received: Received[]): TestClient {
  const raw = () => (socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;
  return {
    received,
    ask: (event, data) => socket.timeout(5_000).emitWithAck(event, data),
    tell: (event, data) => socket.emit(event, data),
    pause: () => raw().pause(),
    resume: () => raw().resume(),
    isConnected: () => socket.connected,
    close: () => socket.disconnect(),
  };
}

const connectOver =
  (transports: string[]): Connect =>
  async (url, { token, revision, origin } = {}) => {
    const extraHeaders: Record<string, string> = origin ? { origin } : {};
    const socket = io(`${url}/ws/scores`, { auth: { token, revision }, transports, forceNew: true, reconnection: false, extraHeaders });
    const received: Received[] = [];
    socket.onAny((event: string, data: unknown) => received.push({ event, data, at: Date.now() }));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: { status: number } }) => {
        socket.disconnect();
        reject(Object.assign(error, error.data));
      });
    });
    return wrap(socket, received);
  };

describe('BoardGateway', () => {
  gatewayContract(connectOver(['websocket']));

  describe('apart from that', () => {
    let gateway: TestGateway;
    beforeEach(async () => {
      gateway = await startGateway();
    });
    afterEach(() => gateway.stop());

    it('serves clients that poll', async () => {
      const client = await connectOver(['polling'])(gateway.url, { token: 'token-of-ann' });
      await until(() => client.received.length === 2);
      for (let score = 1; score <= 50; score++) await gateway.put({ ann: score });
      await until(() => client.received.some(({ event, data }) => event === 'scores:top' && data.entries[0]?.score === 50));
      client.close();
    });

    it('serves clients that begin by polling and go on by WebSocket', async () => {
      const client = await connectOver(['polling', 'websocket'])(gateway.url);
      for (let score = 1; score <= 50; score++) {
        await gateway.put({ ann: score });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await until(() => client.received.at(-1)?.data.entries[0]?.score === 50);
      client.close();
    });

    it('refuses a foreign page that polls, and gives it no CORS headers', async () => {
      const poll = (origin: string) => fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
      const foreign = await poll('https://evil.example');
      expect(foreign.status).toBe(403);
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
      const friend = await poll('https://friend.example');
      expect(friend.status).toBe(200);
      expect(friend.headers.get('access-control-allow-origin')).toBe('https://friend.example');
    });

    it('serves the client script', async () => {
      const response = await fetch(`${gateway.url}/socket.io/socket.io.js`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('Socket.IO');
    });

    it('ends its clients when the app closes', async () => {
      const client = await connectOver(['websocket'])(gateway.url);
      await gateway.stop();
      await until(() => !client.isConnected());
    });
  });
});
