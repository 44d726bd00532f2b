import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { RedisClientType } from 'redis';
import { closeRedis, connectRedis } from './redis-client';

describe('connectRedis', () => {
  const url = () => process.env.TEST_REDIS_URL!;
  const clients: RedisClientType[] = [];
  const servers: Server[] = [];
  const sockets: Socket[] = [];

  const open = (to: string) => {
    const client = connectRedis(to, { name: 'client-spec' });
    clients.push(client);
    return client;
  };
  // Not events.once: it rejects on the first `error`, and outages are deliberate here.
  const seen = (client: RedisClientType, event: 'ready' | 'reconnecting') => new Promise((resolve) => client.once(event, resolve));
  const listen = async (server: Server, port = 0) => {
    servers.push(server);
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };

  beforeAll(() => Logger.overrideLogger(false));
  afterAll(async () => {
    await Promise.all(clients.map(closeRedis));
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  });

  it('rejects commands immediately while the server is unavailable, and connects automatically later', async () => {
    const placeholder = createServer();
    const port = await listen(placeholder);
    await once(placeholder.close(), 'close');
    const client = open(`redis://127.0.0.1:${port}`);
    expect(client.isReady).toBe(false);
    await expect(client.get('x')).rejects.toThrow();

    const real = new URL(url());
    const forwarder = createServer((socket) => {
      const upstream = connect(Number(real.port || 6379), real.hostname);
      pipeline(socket, upstream, socket, () => undefined);
    });
    await listen(forwarder, port);
    await seen(client, 'ready');
    expect(await client.ping()).toBe('PONG');
    await closeRedis(client);
  });

  it('reconnects if the server leaves commands unanswered', async () => {
    const client = open(url());
    await seen(client, 'ready');
    // Nothing is answered on this connection any more, like by a hanging server.
    const stuck = client.blPop('client-spec:nothing', 0);
    await expect(Promise.all([stuck, client.get('x')])).rejects.toThrow();
    await seen(client, 'ready');
    expect(await client.ping()).toBe('PONG');
  });

  it('keeps a connection whose answer arrives while this process is paused', async () => {
    const client = open(url());
    await seen(client, 'ready');
    let isLost = false;
    client.on('error', () => (isLost = true));
    const answer = client.ping();
    await turn(); // it is sent
    const until = performance.now() + 2_500;
    while (performance.now() < until);
    expect(await answer).toBe('PONG');
    await client.ping();
    expect(isLost).toBe(false);
  });

  it('reconnects if the handshake is never answered', async () => {
    const port = await listen(createServer((socket) => void sockets.push(socket.on('error', () => socket.destroy()))));
    const client = open(`redis://127.0.0.1:${port}`);
    await seen(client, 'reconnecting');
    expect(client.isReady).toBe(false);
    await closeRedis(client);
  });

  it('closes without the answers to pending commands', async () => {
    const [busy, idle, away] = [open(url()), open(url()), open('redis://127.0.0.1:1')];
    await Promise.all([seen(busy, 'ready'), seen(idle, 'ready')]);
    const stuck = busy.blPop('client-spec:nothing', 0).catch(() => 'lost');
    await Promise.all([busy, idle, away].map(closeRedis));
    expect(await stuck).toBe('lost');
    await closeRedis(idle);
  });
});
