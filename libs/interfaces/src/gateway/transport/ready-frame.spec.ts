import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { State } from '@scoreboard/application';
import { WebSocket, WebSocketServer } from 'ws';
import { ReadyFrames, writePast } from './ready-frame';

describe('a frame that bypasses the library', () => {
  let http: Server;
  let sockets: WebSocketServer;
  let client: WebSocket;
  let server: WebSocket;
  let received: string[];

  beforeEach(async () => {
    http = createServer();
    sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const connected = once(sockets, 'connection');
    client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    received = [];
    client.on('message', (content) => received.push(String(content)));
    const [[connection]] = await Promise.all([connected, once(client, 'open')]);
    server = connection as WebSocket;
  });
  afterEach(() => {
    client.terminate();
    sockets.close();
    http.close();
  });

  const state = (data: string): State => ({ event: 'top', data });
  const frames = () => new ReadyFrames(({ data }) => data as string);

  it.each([0, 5, 125, 126, 200, 65_535, 65_536, 70_000])('arrives intact with %i bytes', async (length) => {
    const text = 'é'.repeat(length >> 1) + 'x'.repeat(length % 2);
    const arrived = once(client, 'message');
    expect(writePast(server, frames().of(state(text)))).toBe(true);
    await arrived;
    expect(received).toEqual([text]);
  });

  it('keeps its order among messages of the library, also with much unsent data', async () => {
    const all = frames();
    const last = new Promise((resolve) => client.on('message', (content) => String(content) === 'last' && resolve(undefined)));
    const big = 'x'.repeat(1_000_000);
    const sent: string[] = [];
    for (let i = 0; i < 20; i++) {
      const text = `${i}${big}`;
      if (i % 2) server.send(text);
      else if (!writePast(server, all.of(state(text)))) server.send(text);
      sent.push(text);
    }
    server.send('last');
    await last;
    expect(received.map((text) => text.length)).toEqual([...sent, 'last'].map((text) => text.length));
    expect(received).toEqual([...sent, 'last']);
  });

  it('is not written after the close frame, nor to a closed connection', async () => {
    server.close(1000);
    expect(writePast(server, frames().of(state('late')))).toBe(false);
    await once(client, 'close');
    expect(writePast(server, frames().of(state('late')))).toBe(false);
    expect(received).toEqual([]);
  });

  it('is encoded once per state, however often it is sent', () => {
    const encode = jest.fn(() => 'x');
    const all = new ReadyFrames(encode);
    const [one, other] = [state('a'), state('a')];
    expect(all.of(one)).toBe(all.of(one));
    expect(all.of(other)).toEqual(all.of(one));
    expect(encode).toHaveBeenCalledTimes(2);
  });
});
