import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { quotasContract } from '@scoreboard/application/scores/quotas.contract';
import type { RedisClientType } from 'redis';
import { closeRedis, connectRedis } from './redis-client';
import { RedisQuotas } from './redis-quotas';
import { connected } from '../../../../test/support';

/** For tests of what is counted: no answer of a busy machine is too late. */
const answerMs = 10_000;

describe('RedisQuotas', () => {
  const prefix = `test:{${randomUUID()}}:`;
  const clients: RedisClientType[] = [];
  const connect = async () => {
    const client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'quotas-spec' });
    clients.push(client);
    await connected(client);
    return client;
  };
  const order = (key: string, id: string = randomUUID()) => ({ name: 'cap', key, id, amount: 1, limit: 10, window: 86_400 });

  beforeAll(() => Logger.overrideLogger(false));
  afterAll(async () => {
    const client = await connect();
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (page.length) await client.unlink(page);
    await Promise.all(clients.map(closeRedis));
  });

  quotasContract(async () => {
    let ahead = 0;
    const quotas = new RedisQuotas({ client: await connect(), prefix, answerMs, aheadMs: () => ahead });
    return { quotas, pass: async (seconds) => void (ahead += seconds * 1_000) };
  });

  it('counts exactly across all processes, with ids that both of them see', async () => {
    const make = async () => new RedisQuotas({ client: await connect(), prefix, answerMs });
    const [one, two] = [await make(), await make()];
    const key = randomUUID();
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const answers = await Promise.all(ids.flatMap((id) => [one.take(order(key, id)), two.take(order(key, id))]));
    expect(answers.filter(({ isTaken }) => isTaken)).toHaveLength(20);
  });

  it('keeps no names of users, and every key expires', async () => {
    const client = await connect();
    const own = `test:{${randomUUID()}}:`;
    await new RedisQuotas({ client, prefix: own, answerMs }).take(order('ann'));
    const keys = await client.keys(`${own}*`);
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(key).toMatch(/action:quota:[\w-]{43}$/);
      expect(await client.ttl(key)).toBeGreaterThan(0);
    }
    await client.unlink(keys);
  });

  it('throws while the server is unavailable', async () => {
    const client = await connect();
    const quotas = new RedisQuotas({ client, prefix });
    await closeRedis(client);
    await expect(quotas.take(order('ann'))).rejects.toThrow();
  });
});
