import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { ScoresChanged } from '@scoreboard/application';
import { until } from '@scoreboard/application/eventually.contract';
import { boardFeedContract } from '@scoreboard/application/live/board-feed.contract';
import { redisOptions } from '@scoreboard/infrastructure/config';
import { createClient, type RedisClientType } from 'redis';
import { RedisBoardFeed } from './redis-board-feed';
import { connected } from '../../../../test/support';

describe('RedisBoardFeed', () => {
  const feeds: RedisBoardFeed[] = [];
  let client: RedisClientType;
  let subscriber: RedisClientType;
  let channel: string;

  const connect = (url = process.env.TEST_REDIS_URL!) => {
    const made = createClient(redisOptions(url, 'feed-spec')) as unknown as RedisClientType;
    // Outages are deliberate here.
    made.on('error', () => undefined).connect().catch(() => undefined);
    return made;
  };
  const make = async (url?: string) => {
    channel = `test:${randomUUID()}`;
    const feed = new RedisBoardFeed({ client, connect: () => (subscriber = connect(url)), channel });
    feeds.push(feed);
    return feed;
  };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    client = connect();
    await connected(client);
  });
  afterAll(() => {
    for (const feed of feeds) feed.onApplicationShutdown();
    client.destroy();
  });

  boardFeedContract(make);

  it('ignores malformed messages', async () => {
    const feed = await make();
    const heard: ScoresChanged[] = [];
    await feed.subscribe((change) => heard.push(change));
    const board = (revision: unknown, entries: readonly unknown[] = []) => JSON.stringify({ userIds: [], board: { revision, entries } });
    const ann = { rank: 1, userId: 'ann', score: 1 };
    const messages = [
      'no JSON',
      '{}',
      'null',
      '{"userIds":[1]}',
      '{"userIds":["an id with spaces"]}',
      JSON.stringify({ userIds: Array.from({ length: 10_001 }, () => 'ann') }),
      board('9'),
      board(-1),
      board(2 ** 53),
      board(9, Array.from({ length: 11 }, () => ann)),
      board(9, [{ ...ann, userId: '<b>' }]),
      board(9, [{ ...ann, score: 1e300 }]),
      JSON.stringify({ userIds: [], traces: Array.from({ length: 21 }, () => ({ id: '0'.repeat(32) })) }),
      JSON.stringify({ userIds: [], traces: [{ id: 'x'.repeat(1_000) }] }),
      JSON.stringify({ userIds: ['ann'], more: 'x'.repeat(2_000_000) }),
    ];
    for (const message of messages) await client.publish(channel, message);
    await feed.publish({ userIds: ['ann'] });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ userIds: ['ann'] }]);
  });

  it('sends an empty user list if too many users changed', async () => {
    const feed = await make();
    const heard: ScoresChanged[] = [];
    await feed.subscribe((change) => heard.push(change));
    const users = Array.from({ length: 10_001 }, (_, i) => `user-${i}`);
    await feed.publish({ userIds: users.slice(1) });
    await feed.publish({ userIds: users });
    await until(() => heard.length === 2);
    expect(heard.map(({ userIds }) => userIds.length)).toEqual([10_000, 0]);
  });

  it('subscribes again automatically after its connection was lost', async () => {
    const feed = await make();
    const heard: ScoresChanged[] = [];
    await feed.subscribe((change) => heard.push(change));
    const isBack = new Promise((resolve) => subscriber.once('ready', resolve));
    await client.sendCommand(['CLIENT', 'KILL', 'ID', String(await subscriber.clientId())]);
    await isBack;
    await until(async () => (await client.publish(channel, JSON.stringify({ userIds: ['ann'] }))) === 1);
    await until(() => heard.length > 0);
    expect(await client.publish(channel, 'ignored')).toBe(1);
  });

  it('subscribes without waiting for a server that is unavailable', async () => {
    const feed = await make('redis://127.0.0.1:1');
    const end = await feed.subscribe(() => undefined);
    await end();
  });

  it('rejects if a hint could not be sent', async () => {
    const away = connect('redis://127.0.0.1:1');
    const feed = new RedisBoardFeed({ client: away, connect, channel });
    await expect(feed.publish({ userIds: [] })).rejects.toThrow();
    away.destroy();
  });
});
