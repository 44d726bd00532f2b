import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { RedisClientType } from 'redis';
import { closeRedis, connectRedis } from './redis-client';

describe('connectRedis', () => {
  const url = () => process.env.TEST_REDIS_URL!;
  const clients: RedisClientType[] = [];
  const servers: Server[] = [];

  const open = (to: string) => {
    const client = connectRedis(to, { name: 'client-spec' });
    clients.push(client);
    return client;
  };
  // Not events.once: that fails with the first `error`, and here outages are made on purpose.
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
  });

  it('refuses commands at once while the server is away, and connects by itself when it comes', async () => {
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

  it('gives up on a server that leaves commands unanswered, and connects anew', async () => {
    const client = open(url());
    await seen(client, 'ready');
    // Holds this connection's answers back for 30 s, as a server that hangs does.
    const stuck = client.blPop('client-spec:nothing', 30);
    const started = Date.now();
    await expect(Promise.all([stuck, client.get('x')])).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(10_000);
    await seen(client, 'ready');
    expect(await client.ping()).toBe('PONG');
  });

  it('gives up on a handshake that is never answered', async () => {
    const port = await listen(createServer((socket) => socket.on('error', () => socket.destroy())));
    const client = open(`redis://127.0.0.1:${port}`);
    await seen(client, 'reconnecting');
    expect(client.isReady).toBe(false);
    await closeRedis(client);
  });

  it('closes within a second, whatever it still waits for', async () => {
    const [busy, idle, away] = [open(url()), open(url()), open('redis://127.0.0.1:1')];
    await Promise.all([seen(busy, 'ready'), seen(idle, 'ready')]);
    const stuck = busy.blPop('client-spec:nothing', 30).catch(() => 'lost');
    const started = Date.now();
    await Promise.all([busy, idle, away].map(closeRedis));
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(await stuck).toBe('lost');
    await closeRedis(idle);
  });
});
