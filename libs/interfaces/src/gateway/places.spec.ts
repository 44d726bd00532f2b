import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { MemoryLeaderboard } from '@scoreboard/infrastructure/in-process';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { eventually, withClockStopped } from '../../../../test/support';
import { letWait, startGateway, type TestGateway, type TestGatewayOptions, until } from './test-gateway.contract';
import { FLOOD } from './transport/message-limits';

const POLL = '/socket.io/?EIO=4&transport=polling';
const CONNECT = '40/ws/scores,';

/** Each place within the connection limits is held by at most one live client. */
describe('the places of a gateway', () => {
  let gateway: TestGateway;
  const ends: (() => unknown)[] = [];
  const start = async (options?: TestGatewayOptions) => (gateway = await startGateway(options));
  afterEach(async () => {
    for (const end of ends.splice(0)) end();
    await gateway.stop();
  });

  const web = (path: string): WebSocket => {
    const socket = new WebSocket(gateway.url.replace('http', 'ws') + path);
    socket.on('error', () => undefined); // from a refused handshake
    ends.push(() => socket.terminate());
    return socket;
  };
  const openWeb = async (path: string) => {
    const socket = web(path);
    await once(socket, 'open');
    return socket;
  };
  const stock = (options: object = {}) => {
    const socket = io(`${gateway.url}/ws/scores`, { forceNew: true, ...options });
    ends.push(() => socket.disconnect());
    return socket;
  };
  const statusOf = (socket: WebSocket) =>
    new Promise<number>((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => resolve(response.resume().statusCode!));
    });
  const subscribers = () => gateway.subscriptions.connected['socket.io'] + gateway.subscriptions.connected.websocket;
  /** Leaves an abandoned polling session: a client that joined with two requests and disappeared. */
  const leaveSession = async () => {
    const opened = await fetch(gateway.url + POLL);
    if (opened.status !== 200) return opened.status;
    const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string };
    return (await fetch(`${gateway.url}${POLL}&sid=${sid}`, { method: 'POST', body: CONNECT })).status;
  };

  it('never give one connection two subscribers: it is closed if it joins the namespace several times', async () => {
    await start();
    let most = 0;
    jest.spyOn(gateway.subscriptions, 'connect').mockImplementation(() => void most++);
    const socket = await openWeb('/socket.io/?EIO=4&transport=websocket');
    const closed = once(socket, 'close');
    for (let i = 0; i < 19; i++) socket.send(CONNECT);
    await closed;
    expect(most).toBeLessThanOrEqual(1);
  });

  it('are reserved before the wait for a board, so that concurrent handshakes stay within the limit', async () => {
    await start({ maxConnections: 6 });
    const away = jest.spyOn(MemoryLeaderboard.prototype, 'board').mockRejectedValue(new Error('away'));
    await until(() => !gateway.boardCache.isFresh());
    const waiting = letWait(gateway);
    const plain = Array.from({ length: 20 }, () => statusOf(web('/ws/scores')));
    const direct = Array.from({ length: 20 }, () => statusOf(web('/socket.io/?EIO=4&transport=websocket')));
    const polling = Array.from({ length: 20 }, async () => (await fetch(gateway.url + POLL)).status);
    await until(() => waiting.mock.calls.length >= 6);
    away.mockRestore();
    const statuses = await Promise.all([...plain, ...direct, ...polling]);
    expect(statuses.filter((status) => status !== 503)).toHaveLength(6);
  });

  it('are given back by clients that disconnect while they wait for a board, with any transport', async () => {
    await start({ maxConnections: 3 });
    const away = jest.spyOn(MemoryLeaderboard.prototype, 'board').mockRejectedValue(new Error('away'));
    await until(() => !gateway.boardCache.isFresh());
    const waiting = letWait(gateway);
    for (const path of ['/ws/scores', '/socket.io/?EIO=4&transport=websocket']) web(path);
    const abort = new AbortController();
    fetch(gateway.url + POLL, { signal: abort.signal }).catch(() => undefined); // it is aborted
    await until(() => waiting.mock.calls.length === 3);
    expect(await leaveSession()).toBe(503);
    for (const leave of ends.splice(0)) leave();
    abort.abort();
    away.mockRestore();
    await eventually(async () => {
      const sockets = [1, 2, 3, 4].map(() => web('/ws/scores'));
      const statuses = await Promise.all(sockets.map(statusOf));
      sockets.forEach((socket) => socket.terminate());
      expect(statuses.sort()).toEqual([101, 101, 101, 503]);
      // The places of the last attempt are given back before the next one.
    }, { everyMs: 300 });
  });

  it('are not kept for handshakes that engine.io refuses, even many over one connection', async () => {
    await start({ maxConnections: 2 });
    const { port } = new URL(gateway.url);
    const tcp: TcpSocket = connect(Number(port), '127.0.0.1');
    ends.push(() => tcp.destroy());
    let answers = '';
    tcp.on('data', (chunk) => (answers += String(chunk)));
    const old = `GET /socket.io/?EIO=3&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n`;
    for (let turn = 1; turn <= 5; turn++) {
      tcp.write(old);
      await until(() => answers.split('HTTP/1.1 ').length === turn + 1);
    }
    expect(answers.match(/HTTP\/1\.1 (\d+)/g)).toEqual(Array(5).fill('HTTP/1.1 400'));
    expect(await statusOf(web('/ws/scores'))).toBe(101);
  });

  it('are freed ten checks after the last request of a polling client', async () => {
    // Ten checks must leave time for all sessions to be opened, also on a busy machine.
    await start({ maxConnections: 30, pollLookMs: 500 });
    const statuses = await Promise.all(Array.from({ length: 30 }, leaveSession));
    expect(statuses).toEqual(statuses.map(() => 200));
    expect(await leaveSession()).toBe(503);
    const client = stock({ transports: ['polling'] });
    await until(() => client.connected);
    await until(() => subscribers() === 1);
  });

  it('are kept for a live polling client, however long nothing happens', async () => {
    await start({ pollLookMs: 20 });
    const [polling, lost] = [stock({ transports: ['polling'] }), jest.fn()];
    polling.on('disconnect', lost);
    await until(() => polling.connected);
    for (let turn = 0; turn < 3; turn++) {
      // Each abandoned session expires, so the live one was checked as often.
      await leaveSession();
      await until(() => subscribers() === 2);
      await until(() => subscribers() === 1);
    }
    expect(lost).not.toHaveBeenCalled();
  });

  it('are kept for a polling client on a slow network, as long as it keeps requesting', async () => {
    await start({ pollLookMs: 20 });
    const opened = await fetch(gateway.url + POLL);
    const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string };
    const session = `${gateway.url}${POLL}&sid=${sid}`;
    await fetch(session, { method: 'POST', body: CONNECT });
    for (let score = 1; score <= 8; score++) {
      await gateway.put({ ann: score });
      expect((await fetch(session)).status).toBe(200); // answered at once, since there is data
      await leaveSession(); // its expiry proves that ten checks have passed
      await until(() => subscribers() === 2);
      await until(() => subscribers() === 1);
    }
  });

  it('are freed after a polling client broke a rule and stops polling', async () => {
    await start({ maxConnections: 1, pollLookMs: 100 });
    const opened = await fetch(gateway.url + POLL);
    const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string };
    for (const body of [CONNECT, '42/ws/scores,["score",1]']) await fetch(`${gateway.url}${POLL}&sid=${sid}`, { method: 'POST', body });
    expect(await leaveSession()).toBe(503);
    await eventually(async () => expect(await leaveSession()).toBe(200));
  });

  /** A masked empty frame, as a client sends it. */
  const frame = (first: number) => Buffer.from([first, 0x80, 0, 0, 0, 0]);
  it.each([
    ['pings', frame(0x89)],
    ['unsolicited pongs', frame(0x8a)],
    ['empty fragments of a message', Buffer.concat([frame(0x01), ...Array.from({ length: 999 }, () => frame(0x00))])],
    ['empty messages', frame(0x81)],
  ])('are not kept for a WebSocket that floods the server with %s', async (_what, bytes) => {
    await start();
    for (const path of ['/ws/scores', '/socket.io/?EIO=4&transport=websocket']) {
      const socket = await openWeb(path);
      const tcp = (socket as unknown as { _socket: TcpSocket })._socket;
      tcp.on('error', () => undefined); // the server resets what it does not read
      const closed = once(socket, 'close');
      const flood = setInterval(() => tcp.writable && tcp.write(Buffer.concat(Array.from({ length: 500 }, () => bytes))), 10);
      await closed;
      clearInterval(flood);
    }
    await until(() => subscribers() === 0);
  });

  it('are not kept for a WebSocket that sends endless upgrade probes', async () => {
    await start();
    const opened = await fetch(gateway.url + POLL);
    const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string };
    const socket = await openWeb(`/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
    let answers = 0;
    socket.on('message', () => answers++);
    const closed = once(socket, 'close');
    await withClockStopped(async () => {
      for (let i = 0; i < 1_000; i++) socket.send('2probe');
      await closed;
    });
    expect(answers).toBeLessThanOrEqual(FLOOD.burst);
  });
});
