import { randomUUID } from 'node:crypto';
import type { RedisClientType } from 'redis';
import { connected, describeWith } from '../../../../test/support';
import { closeRedis, connectRedis } from './redis-client';
import { RedisIdempotencyStore } from './redis-idempotency-store';
import { RedisPersonalData } from './redis-personal-data';

describeWith('TEST_REDIS_URL', 'RedisPersonalData', () => {
  const prefix = `test:{${randomUUID()}}:`;
  let client: RedisClientType;
  beforeAll(async () => {
    client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'records-spec' });
    await connected(client);
  });
  afterAll(async () => {
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (page.length) await client.unlink(page);
    await closeRedis(client);
  });

  it('renames only one user, and does not treat a repeated command as the first', async () => {
    const keys = new RedisIdempotencyStore({ client, prefix, answerMs: 10_000 });
    const mine = Array.from({ length: 3 }, () => randomUUID());
    const others = Array.from({ length: 2_500 }, () => randomUUID());
    await client.mSet(others.map((id): [string, string] => [`${prefix}key:${id}`, '5 ann.2']));
    for (const id of mine) await keys.claim(id, '5 ann');

    expect(await new RedisPersonalData({ client, prefix }).count('ann')).toBe(3);
    expect(await new RedisPersonalData({ client, prefix }).rename('ann', 'forgotten-x')).toBe(3);
    expect(await new RedisPersonalData({ client, prefix }).count('ann')).toBe(0);
    expect(await client.get(`${prefix}key:${mine[0]}`)).toBe('5 forgotten-x');
    expect(await client.ttl(`${prefix}key:${mine[0]}`)).toBeGreaterThan(86_000);
    expect(await client.get(`${prefix}key:${others[0]}`)).toBe('5 ann.2');
    expect(await new RedisIdempotencyStore({ client, prefix, answerMs: 10_000 }).claim(mine[0]!, '5 ann')).toBe('other');
    expect(await new RedisPersonalData({ client, prefix }).rename('ann', 'forgotten-y')).toBe(0);
  });
});
