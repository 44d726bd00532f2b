import { GLOBAL_PERIOD } from '@scoreboard/domain';
import { createClient, type RedisClientType } from 'redis';

const PREFIX = 'scoreboard:{global}:';

export const META = `${PREFIX}meta`;
export const PROFILES = `${PREFIX}profiles`;

/** Uses a Redis over a connection of its own; rejects where it does not answer. */
export async function withRedis<T>(url: string, use: (redis: RedisClientType) => Promise<T>): Promise<T> {
  // The modules' commands in the inferred type are of no use here.
  const redis = createClient({ url, socket: { connectTimeout: 2_000, reconnectStrategy: false } }) as unknown as RedisClientType;
  redis.on('error', () => undefined); // The command that is given fails, too.
  await redis.connect();
  try {
    return await use(redis);
  } finally {
    redis.destroy();
  }
}

/** What the keys of a period begin with, by default those of all time. */
export const prefixOf = (period = GLOBAL_PERIOD): string => (period === GLOBAL_PERIOD ? PREFIX : `${PREFIX}period:${period}:`);

/** What the keys of the ranking that is read now begin with; at `…order` are everybody's places. */
export const rankingPrefix = async (redis: RedisClientType, period = GLOBAL_PERIOD): Promise<string> =>
  `${prefixOf(period)}${await redis.hGet(`${prefixOf(period)}meta`, 'ranking')}:`;
