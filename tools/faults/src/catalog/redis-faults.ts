import { setTimeout as delay } from 'node:timers/promises';
import { eventually, until } from '@scoreboard/harness';
import { RESP_TYPES } from 'redis';
import { COMMANDS, seedUsers, waitingIn } from '../../../driver/src/broker';
import { rankingPrefix, withRedis } from '../../../driver/src/redis';
import { distributed, killOnce } from '../fault';

/** Every key with what it holds. As a script, for no role may write in between: a set and what belongs to it would not fit. */
const DUMP = `
  local dumps = {}
  for _, key in ipairs(redis.call('KEYS', '*')) do dumps[#dumps + 1] = {key, redis.call('DUMP', key)} end
  return dumps`;

/** What is returned puts Redis back to this moment, in one step, whatever was written since. */
function remember(url: string): Promise<() => Promise<unknown>> {
  return withRedis(url, async (redis) => {
    const dumps = (await redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).eval(DUMP)) as unknown as [Buffer, Buffer][];
    return () =>
      withRedis(url, (later) => {
        const restore = later.multi().flushAll();
        for (const [key, dump] of dumps) restore.restore(key, 0, dump);
        return restore.exec();
      });
  });
}

const CROWD = 100_000;
const WHOLE_WITHIN_MS = 10_000;

/** How many have a place that can be read. */
const ranked = (url: string): Promise<number> => withRedis(url, async (redis) => redis.zCard(`${await rankingPrefix(redis)}order`)).catch(() => 0);

export const redisFaults = [
  distributed('F20', 'Redis is killed and comes back empty', (context) => killOnce(context, context.system.redis, 0.3)),
  distributed('F21', 'Redis is flushed (FLUSHALL), twice', async ({ system: { redis }, hold }) => {
    for (let i = 0; i < 2; i++) {
      await withRedis(redis.url, (client) => client.flushAll());
      await hold(0.4);
    }
  }),
  distributed('F22a', 'Redis pauses all clients (CLIENT PAUSE 5000)', async ({ system: { redis } }) => {
    await withRedis(redis.url, (client) => client.sendCommand(['CLIENT', 'PAUSE', '5000', 'ALL']));
    await delay(6_000);
  }),
  distributed('F22b', 'Redis is stopped (SIGSTOP) and goes on', async ({ system: { redis }, hold }) => {
    process.kill(redis.pid, 'SIGSTOP');
    await hold();
    process.kill(redis.pid, 'SIGCONT');
  }),
  distributed('F22c', 'Redis is down for a minute and comes back empty', async ({ system: { redis } }) => {
    await redis.stop();
    await delay(60_000);
    await redis.start();
  }),
  distributed('F22d', 'Redis comes back with old data', async ({ system: { redis }, hold }) => {
    const restore = await remember(redis.url);
    await hold();
    await restore();
    await hold(0.4);
  }),
  distributed('F20a', 'Redis is killed and comes back empty, with 100,000 users', async (context) => {
    const { redis, rabbitmq } = context.system;
    await seedUsers(rabbitmq.url, CROWD);
    await until('all users have a place', 120_000, async () => (await waitingIn(rabbitmq.url, COMMANDS)) === 0 && (await ranked(redis.url)) >= CROWD);
    await killOnce(context, redis, 0.2);
    const backAt = Date.now();
    await eventually(async () => (await ranked(redis.url)) >= CROWD, 60_000, 50);
    const took = Date.now() - backAt;
    if (took > WHOLE_WITHIN_MS) context.history.wrong.push(`the leaderboard was whole after ${took} ms, ${WHOLE_WITHIN_MS} are allowed`);
    return `${CROWD.toLocaleString('en')} users; whole again ${took} ms after Redis was`;
  }, { isAlone: true }),
];
