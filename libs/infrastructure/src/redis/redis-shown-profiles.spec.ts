import { randomUUID } from 'node:crypto';
import { shownProfilesContract } from '@scoreboard/application/live/shown-profiles.contract';
import type { RedisClientType } from 'redis';
import { connected, describeWith } from '../../../../test/support';
import { closeRedis, connectRedis } from './redis-client';
import { RedisShownProfiles } from './redis-shown-profiles';

describeWith('TEST_REDIS_URL', 'RedisShownProfiles', () => {
  const prefixes: string[] = [];
  let client: RedisClientType;
  beforeAll(async () => {
    client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'shown-profiles-spec' });
    await connected(client);
  });
  afterAll(async () => {
    await client.unlink(prefixes.map((prefix) => `${prefix}profiles`));
    await closeRedis(client);
  });
  const make = async () => {
    prefixes.push(`test:{${randomUUID()}}:`);
    return new RedisShownProfiles({ client, prefix: prefixes.at(-1) });
  };

  shownProfilesContract(make);

  it('keeps a user with a name of ten characters in less than 150 bytes', async () => {
    const shown = await make();
    for (let page = 0; page < 50; page++) {
      const changes = Array.from({ length: 200 }, (_, i) => ({ userId: `user-${1_000_000 + page * 200 + i}`, profile: { name: `Player ${100 + i}` } }));
      await shown.put(changes, (await shown.position()).mark, page + 1);
    }
    expect((await client.memoryUsage(`${prefixes.at(-1)}profiles`, { SAMPLES: 0 }))! / 10_000).toBeLessThan(150);
  });
});
