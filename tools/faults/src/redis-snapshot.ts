import { createClient, type RedisClientType } from 'redis';

const PREFIX = 'scoreboard:{global}:';

/** What a Redis holds. */
export interface RedisSnapshot {
  /** Best first. */
  readonly order: readonly { readonly userId: string; readonly score: number }[];
  readonly standings: Readonly<Record<string, string>>;
  readonly board: { readonly revision: number; readonly entries: readonly object[] };
}

/** Runs `use` with a connection of its own. */
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

export const readRedis = (url: string): Promise<RedisSnapshot> =>
  withRedis(url, async (redis) => {
    const live = await redis.hGet(`${PREFIX}meta`, 'live');
    const members = await redis.zRangeWithScores(`${PREFIX}${live}:order`, 0, -1);
    return {
      order: members.map(({ value, score }) => ({ userId: value.slice(16), score: -score })),
      standings: await redis.hGetAll(`${PREFIX}${live}:standings`),
      board: JSON.parse((await redis.get(`${PREFIX}board`)) ?? '{"revision":0,"entries":[]}') as RedisSnapshot['board'],
    };
  });
