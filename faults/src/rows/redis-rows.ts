import { RESP_TYPES } from 'redis';
import { setTimeout as delay } from 'node:timers/promises';
import { withRedis } from '../redis-books';
import { distributed } from '../row';

/** Every key as it is now; what is returned puts Redis back to that, in one step, whatever was written since. */
function remember(url: string): Promise<() => Promise<void>> {
  return withRedis(url, async (redis) => {
    const binary = redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const keys = await redis.keys('*');
    const dumps = (await Promise.all(keys.map((key) => binary.dump(key)))) as (Buffer | null)[];
    return () =>
      withRedis(url, async (later) => {
        const restore = later.multi().flushAll();
        keys.forEach((key, i) => dumps[i] && restore.restore(key, 0, dumps[i]));
        await restore.exec();
      });
  });
}

export const redisRows = distributed(
  {
    id: 'F20',
    what: 'Redis is killed and comes back empty',
    hurt: async ({ ground: { redis }, hold }) => {
      await redis.kill();
      await hold(0.3);
      await redis.start();
    },
  },
  {
    id: 'F21',
    what: 'Redis is flushed (FLUSHALL), twice',
    hurt: async ({ ground: { redis }, hold }) => {
      for (let i = 0; i < 2; i++) {
        await withRedis(redis.url, (client) => client.flushAll());
        await hold(0.4);
      }
    },
  },
  {
    id: 'F22a',
    what: 'Redis pauses all clients (CLIENT PAUSE 5000)',
    hurt: async ({ ground: { redis } }) => {
      await withRedis(redis.url, (client) => client.sendCommand(['CLIENT', 'PAUSE', '5000', 'ALL']));
      await delay(6_000);
    },
  },
  {
    id: 'F22b',
    what: 'Redis is stopped (SIGSTOP) and goes on',
    hurt: async ({ ground: { redis }, hold }) => {
      process.kill(redis.pid, 'SIGSTOP');
      await hold();
      process.kill(redis.pid, 'SIGCONT');
    },
  },
  {
    id: 'F22c',
    what: 'Redis is down for a while and comes back empty',
    hurt: async ({ ground: { redis }, hold, isLong }) => {
      await redis.stop();
      await (isLong ? delay(60_000) : hold(1.5));
      await redis.start();
    },
  },
  {
    id: 'F22d',
    what: 'Redis comes back with old data',
    hurt: async ({ ground: { redis }, hold }) => {
      const restore = await remember(redis.url);
      await hold();
      await restore();
      await hold(0.4);
    },
  },
);
