import { once } from 'node:events';
import { WebSocket } from 'ws';
import { boardsContract } from './boards.contract';
import { gatewayContract } from './gateway.contract';
import { severalGatewaysContract } from './several-gateways.contract';
import { type Connect, headersOf, type Received, startGateway, type TestGateway, until } from './test-gateway.contract';

async function open(url: string, headers: Record<string, string> = {}, onMessage: (content: unknown) => void = () => undefined): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  socket.on('message', onMessage); // the first message may arrive together with the handshake
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      const { statusCode: status, headers } = response;
      void response.toArray().then((body: Buffer[]) => {
        const problem = JSON.parse(Buffer.concat(body).toString());
        reject(Object.assign(new Error('refused'), { status, headers, problem, detail: problem.detail, isForNow: status === 429 || status === 503 }));
      });
    });
  });
  return socket;
}

const connect: Connect = async (url, options = {}) => {
  const { token, revision } = options;
  const query = new URLSearchParams({ ...(token !== undefined && { token }), ...(revision && { revision: String(revision) }) });
  const received: Received[] = [];
  /** Pending requests by the name of their answer, in order. */
  const waiting: Record<string, ((answer: unknown) => void)[]> = { subscribe: [], unsubscribe: [], authenticated: [], pong: [] };
  const ask = (event: string, data: unknown, answer = event) => new Promise<any>((resolve) => (waiting[answer]!.push(resolve), tell(event, data)));
  const socket = await open(`${url}/ws/scores?${query}`, headersOf(options), (content) => {
    const { event, data } = JSON.parse(String(content));
    if (event.endsWith('authenticated')) waiting['authenticated']!.shift()?.(event === 'authenticated');
    else waiting[event]?.shift()?.(data);
    if (!event.endsWith('subscribe')) received.push({ event, data, at: Date.now() });
  });
  socket.on('close', (code, reason) => received.push({ event: 'closing', data: { code, reason: String(reason) }, at: Date.now() }));
  const tell = (event: string, data: unknown) => socket.send(JSON.stringify({ event, data }));
  return {
    received,
    tell,
    raw: (frame) => socket.send(frame),
    ask: (event, data) => ask(event, data),
    authenticate: (token) => ask('authenticate', token, 'authenticated'),
    ping: () => ask('ping', undefined, 'pong'),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    isConnected: () => socket.readyState === WebSocket.OPEN,
    close: () => socket.close(),
  };
};

describe('PlainBoardGateway', () => {
  gatewayContract(connect);

  describe('boards that reset', () => boardsContract(connect));
  describe('with several gateways', () => severalGatewaysContract(connect));

  describe('on plain WebSockets', () => {
    let gateway: TestGateway;
    let url: string;
    /** What the gateway does at each interval. A test does it: a paused process would have the next ping due before it reads the answer to the last one. */
    let ping: () => void;
    beforeEach(async () => {
      const intervals = jest.spyOn(global, 'setInterval');
      gateway = await startGateway({ pingIntervalMs: 600_000 });
      ping = intervals.mock.calls.find(([, ms]) => ms === 600_000)![0];
      intervals.mockRestore();
      url = `${gateway.url}/ws/scores`;
    });
    afterEach(() => gateway.stop());

    it('refuses an invalid token with 401 and WWW-Authenticate', async () => {
      await expect(open(url, { authorization: 'Bearer forged' })).rejects.toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    });

    it('answers authenticate with authenticated, or with unauthenticated and a reason', async () => {
      const told: unknown[] = [];
      const socket = await open(url, {}, (frame) => told.push(JSON.parse(String(frame))));
      for (const data of ['forged', 'token-of-ann']) socket.send(JSON.stringify({ event: 'authenticate', data }));
      await until(() => told.length === 4);
      expect(told.filter((frame) => /authenticated/.test(JSON.stringify(frame)))).toEqual([
        { event: 'unauthenticated', data: { reason: 'invalid token of 6 characters' } },
        { event: 'authenticated', data: { ok: true } },
      ]);
      socket.close();
    });

    it('sends nosniff and the request id on an upgrade', async () => {
      const socket = new WebSocket(url.replace('http', 'ws'), { headers: { 'x-request-id': 'A'.repeat(32) } });
      const [answer] = await once(socket, 'upgrade');
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': 'a'.repeat(32) });
      socket.terminate();
    });

    it.each([
      ['invalid JSON', '{', 1003],
      ['JSON that is not a frame', '[1]', 1003],
      ['a binary frame', Buffer.from('{"event":"subscribe","data":"top:3"}'), 1003],
      ['an unknown event', '{"event":"constructor","data":1}', 1008],
      ['a frame that is too long', JSON.stringify({ event: 'subscribe', data: 'x'.repeat(5_000) }), 1009],
      ['a frame that is too long for a token', JSON.stringify({ event: 'authenticate', data: 'x'.repeat(17_000) }), 1009],
    ])('closes a connection after %s', async (_what, frame, code) => {
      const socket = await open(url);
      socket.send(frame);
      expect((await once(socket, 'close'))[0]).toBe(code);
    });

    it('keeps a silent client that answers pings, and disconnects one that does not', async () => {
      const [alive, dead] = [await open(url), await open(url)];
      dead.pause();
      for (let turn = 0; turn < 4; turn++) {
        const pinged = once(alive, 'ping');
        ping();
        await pinged;
        const answered = once(alive, 'pong');
        alive.ping(); // is answered after the gateway has read the pong before it
        await answered;
      }
      await until(() => gateway.subscriptions.connected.websocket === 1);
      expect(alive.readyState).toBe(WebSocket.OPEN);
      alive.terminate();
      dead.terminate();
    });

    it('closes clients with code 1001 when the app closes, and does not wait for a silent one', async () => {
      const [polite, silent] = [await open(url), await open(url)];
      silent.pause();
      const closed = once(polite, 'close');
      await gateway.stop();
      expect((await closed)[0]).toBe(1001);
      silent.terminate();
    });

    it('refuses with a problem that does not contain the query', async () => {
      const refused = (type: string, status: number) => ({
        status,
        headers: { 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-request-id': expect.stringMatching(/^[\da-f]{32}$/) },
        problem: { type, title: expect.any(String), status, instance: '/ws/scores' },
      });
      await expect(open(url, { origin: 'https://evil.example' })).rejects.toMatchObject(refused('about:blank', 403));
      await expect(open(`${url}?token=forged`)).rejects.toMatchObject(refused('urn:scoreboard:problem:unauthenticated', 401));
      await expect(open(`${url}?token=fault`)).rejects.toMatchObject(refused('urn:scoreboard:problem:keys-unavailable', 503));
      gateway.admit(false);
      const unavailable = open(url).catch((error: { headers: Record<string, string> }) => error);
      expect(await unavailable).toMatchObject(refused('urn:scoreboard:problem:leaderboard-unavailable', 503));
      expect(await unavailable).toMatchObject({ headers: { 'retry-after': '1' } });
    });

    it('answers an upgrade on another path with 404', async () => {
      await expect(open(`${gateway.url}/elsewhere`)).rejects.toMatchObject({ status: 404 });
      await expect(open(`${gateway.url}/ws/scores/more`)).rejects.toMatchObject({ status: 404 });
    });
  });
});
