import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { rateCountersContract } from '@scoreboard/application/auth/rate-counters.contract';
import type { RedisClientType } from 'redis';
import { connected, describeWith, eventually } from '../../../../test/support';
import { closeRedis, connectRedis } from './redis-client';
import { RedisRateCounters } from './redis-rate-counters';

describeWith('TEST_REDIS_URL', 'RedisRateCounters', () => {
  const prefix = `test:{${randomUUID()}}:`;
  const clients: RedisClientType[] = [];
  const make = async () => {
    const client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'hits-spec' });
    clients.push(client);
    await connected(client);
    return { client, counts: new RedisRateCounters({ client, prefix }) };
  };

  beforeAll(() => Logger.overrideLogger(false));
  afterAll(async () => {
    const { client } = await make();
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (page.length) await client.unlink(page);
    await Promise.all(clients.map(closeRedis));
  });

  // No answer of a busy machine is too late: the contract is about the counts.
  const patient = async () => new RedisRateCounters({ client: (await make()).client, prefix, answerMs: 10_000 });
  rateCountersContract(async () => [await patient(), await patient()]);

  it('deletes a key two windows after its last hit', async () => {
    const client = (await make()).client;
    const counts = await patient();
    const hits = (key: string, windowMs: number) => [{ key, windowMs, count: 1 }];
    await counts.add(hits('long', 60_000));
    const left = await client.pTTL(`${prefix}hits:long`);
    expect(left).toBeGreaterThan(60_000);
    expect(left).toBeLessThanOrEqual(120_000);
    await counts.add(hits('short', 10));
    await eventually(async () => expect(await client.exists(`${prefix}hits:short`)).toBe(0));
  });

  it('rejects if the server hangs or is unavailable', async () => {
    const [{ client, counts }, { client: other }] = [await make(), await make()];
    // Delays the answers on this connection, like a hanging server, until another connection pushes.
    const blocked = client.blPop(`${prefix}hangs`, 0);
    const hits = [{ key: 'ann', windowMs: 60_000, count: 1 }];
    await expect(counts.add(hits)).rejects.toThrow();
    await other.lPush(`${prefix}hangs`, 'go on');
    await blocked;
    await closeRedis(client);
    await expect(counts.add(hits)).rejects.toThrow();
  });
});
