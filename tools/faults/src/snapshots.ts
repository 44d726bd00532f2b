import { Client } from 'pg';
import { parseValue, unpackId, unpackMember } from '@scoreboard/infrastructure/redis';
import { createClient, RESP_TYPES, type RedisClientType } from 'redis';

export type AppliedCommand = Readonly<Record<'commandId' | 'userId', string> & { scoreIncrement: number }>;

/** What a ledger holds at one moment. */
export interface LedgerSnapshot {
  /** Commands of the users asked for; what a moderator did to them is none. */
  readonly applied: readonly AppliedCommand[];
  /** Users, of all there are, whose total is not the sum of their history. */
  readonly unsound: readonly string[];
  /** Everybody who has a place, best first; `standing`: when the score was reached, and the version. */
  readonly order: readonly { readonly userId: string; readonly score: number; readonly standing: string }[];
}

const WHERE_UNSOUND = `
  SELECT user_id FROM (SELECT user_id, score FROM score_total WHERE leaderboard_id = 1) AS total FULL JOIN (SELECT user_id, sum(score_increment) AS score FROM score_event GROUP BY user_id) AS history USING (user_id)
   WHERE total.score IS DISTINCT FROM history.score`;
const APPLIED = 'SELECT command_id AS "commandId", user_id AS "userId", score_increment::float8 AS "scoreIncrement" FROM score_event WHERE user_id = ANY ($1) AND score_increment > 0';
const ORDER = `
  SELECT user_id AS "userId", score::float8 AS score,
         concat_ws(':', reached_at, version) AS standing
    FROM score_total WHERE leaderboard_id = 1 AND NOT hidden AND score > 0 ORDER BY score_total.score DESC, reached_at`;

/** Reads it straight from a PostgreSQL, in one snapshot. */
export async function readLedger(connection: string | { readonly host: string; readonly port: number }, users: readonly string[]): Promise<LedgerSnapshot> {
  const address = typeof connection === 'string' ? { connectionString: connection } : { ...connection, user: 'postgres', database: 'postgres' };
  const database = new Client({ ...address, connectionTimeoutMillis: 2_000, query_timeout: 20_000 });
  database.on('error', () => undefined); // The query that is asked fails, too.
  await database.connect();
  try {
    await database.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const applied = await database.query<AppliedCommand>(APPLIED, [users]);
    const unsound = await database.query<{ user_id: string }>(WHERE_UNSOUND);
    const order = await database.query<LedgerSnapshot['order'][number]>(ORDER);
    return { applied: applied.rows, unsound: unsound.rows.map((row) => row.user_id), order: order.rows };
  } finally {
    await database.end();
  }
}

const PREFIX = 'scoreboard:{global}:';

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

/** What the keys of the ranking that is read now begin with; at `…order` are everybody's places. */
export const rankingPrefix = async (redis: RedisClientType): Promise<string> => `${PREFIX}${await redis.hGet(`${PREFIX}meta`, 'ranking')}:`;

export type RedisSnapshot = Awaited<ReturnType<typeof readRedis>>;

/** What a Redis holds, best first. */
export const readRedis = (url: string) =>
  withRedis(url, async (redis) => {
    const ranking = await rankingPrefix(redis);
    const binary = redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.MAP]: Array });
    const members = await binary.zRangeWithScores(`${ranking}order`, 0, -1);
    const standings: Record<string, string> = {};
    for await (const hashes of redis.scanIterator({ MATCH: `${ranking}*:standings`, COUNT: 1_000 })) {
      for (const hash of hashes) {
        const entries = await binary.sendCommand<Buffer[]>(['HGETALL', hash]);
        for (let i = 0; i < entries.length; i += 2) {
          const { reachedAt, version } = parseValue(String(entries[i + 1]));
          standings[unpackId(entries[i]!)] = `${reachedAt}:${version}`;
        }
      }
    }
    return {
      order: members.map(({ value, score }) => ({ userId: unpackMember(value).userId, score: -score })),
      standings,
      board: JSON.parse((await redis.get(`${PREFIX}board`)) ?? '{"revision":0,"entries":[]}') as { readonly revision: number; readonly entries: readonly object[] },
    };
  });
