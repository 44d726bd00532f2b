import { createHash, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { actionCountsContract } from '@scoreboard/application/scores/action-counts.contract';
import type { RedisClientType } from 'redis';
import { RedisActionCounts } from './redis-action-counts';
import { closeRedis, connectRedis } from './redis-client';
import { connected } from '../../../../test/support';

/** For tests of what is counted: no answer of a busy machine is too late. */
const answerMs = 10_000;

describe('RedisActionCounts', () => {
  const prefix = `test:{${randomUUID()}}:`;
  const clients: RedisClientType[] = [];

  const connect = async () => {
    const client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'actions-spec' });
    clients.push(client);
    await connected(client);
    return client;
  };
  const command = (commandId: string = randomUUID(), userId = 'ann') => ({ commandId, userId, action: 'kill' });

  beforeAll(() => Logger.overrideLogger(false));
  afterAll(async () => {
    const client = await connect();
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (page.length) await client.unlink(page);
    await Promise.all(clients.map(closeRedis));
  });

  actionCountsContract(async () => {
    let ahead = 0;
    const counts = new RedisActionCounts({ client: await connect(), prefix, answerMs, aheadMs: () => ahead });
    return { counts, pass: async (seconds) => void (ahead += seconds * 1_000) };
  });

  it('counts across all processes, and keys expire within a day', async () => {
    const make = async () => new RedisActionCounts({ client: await connect(), prefix, answerMs });
    const [one, two] = [await make(), await make()];
    const userId = `shared-${randomUUID()}`;
    const first = command(randomUUID(), userId);
    const waits = await Promise.all(Array.from({ length: 40 }, (_, i) => [one, two][i % 2]!.take(i < 2 ? first : command(randomUUID(), userId), 10)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(11);
    expect(await two.take(first, 10)).toBe(0);
    const key = `${prefix}action:${createHash('sha256').update(`${userId} kill`).digest('base64url')}`;
    expect(await clients[0]!.ttl(key)).toBeGreaterThan(86_390);
    expect(await clients[0]!.zCard(key)).toBe(10);
  });

  it('counts on its own while the server is unavailable, and still recognizes those commands afterwards', async () => {
    const client = await connect();
    const counts = new RedisActionCounts({ client, prefix });
    const userId = `away-${randomUUID()}`;
    const [before, during] = [command(randomUUID(), userId), command(randomUUID(), userId)];
    await counts.take(before, 2);
    // Delays the answers on this connection, like a hanging server, until another connection pushes.
    const other = await connect();
    let isHanging = true;
    const blocked = client.blPop(`${prefix}hangs`, 0).finally(() => (isHanging = false));
    expect(await Promise.all([counts.take(before, 2), counts.take(during, 2)])).toEqual([0, 0]);
    expect(isHanging).toBe(true);
    await other.lPush(`${prefix}hangs`, 'go on');
    await blocked;
    await closeRedis(client);
    expect(await counts.take(command(randomUUID(), userId), 2)).toBeGreaterThan(0);
    expect(await counts.take(during, 2)).toBe(0);
  });
});
