import { Client } from 'pg';
import { GLOBAL_PERIOD } from '@scoreboard/domain';
import { parseValue, unpackId, unpackMember } from '@scoreboard/infrastructure/redis';
import { RESP_TYPES } from 'redis';
import { prefixOf, rankingPrefix, withRedis } from '../../driver/src/redis';

export type AppliedCommand = Readonly<Record<'commandId' | 'userId', string> & { scoreIncrement: number }>;

/** What a ledger holds at one moment. */
export interface LedgerSnapshot {
  /** Commands of the users asked for, in order, without the acts of moderators. */
  readonly applied: readonly AppliedCommand[];
  /** Users, of all there are, whose total, of all time or in a period, is not the sum of their history in it. */
  readonly unsound: readonly string[];
  /** Everybody who has a place, best first; `standing`: when the score was reached, and the version. */
  readonly order: readonly { readonly userId: string; readonly score: number; readonly standing: string }[];
  /** The same for each period that has begun, and was not closed long ago. */
  readonly periods: readonly { readonly key: number; readonly order: LedgerSnapshot['order'] }[];
}

const WHERE_UNSOUND = `
  SELECT user_id FROM (SELECT user_id, score FROM score_total WHERE leaderboard_id = 1) AS total FULL JOIN (SELECT user_id, sum(score_increment) AS score FROM score_event GROUP BY user_id) AS history USING (user_id)
   WHERE total.score IS DISTINCT FROM history.score`;
/** The rule of `reverse_commands`: which events a period counted. */
const WHERE_PERIODS_UNSOUND = `
  WITH counted AS (
    SELECT key, event.user_id, sum(event.score_increment) AS score
      FROM score_event AS event LEFT JOIN score_event AS reversed ON reversed.command_id = event.reverses
     CROSS JOIN LATERAL (SELECT coalesce(reversed.seq, event.seq) AS seq, coalesce(reversed.accepted_at, reversed.at, event.accepted_at, event.at) AS at,
                          coalesce(reversed.counted_seq, reversed.seq, event.counted_seq, event.seq) AS late_seq) AS first
      JOIN board_period AS period ON first.seq > opened_seq AND (closed_seq IS NULL OR first.seq <= closed_seq) AND first.at < ends_at
                                 AND (first.at >= starts_at OR first.at >= late_from AND first.late_seq > period.late_seq)
     WHERE event.score_increment <> 0 AND (event.moved IS NULL OR event.reverses IS NULL OR closed_seq IS NULL OR event.seq <= closed_seq) GROUP BY key, event.user_id)
  SELECT user_id FROM (SELECT leaderboard_id AS key, user_id, score FROM score_total WHERE leaderboard_id <> 1) AS total FULL JOIN counted USING (key, user_id)
   WHERE total.score IS DISTINCT FROM counted.score`;
const PERIODS = `SELECT key FROM board_period WHERE starts_at <= now() AND (closed_at IS NULL OR closed_at > now() - interval '3 minutes')`;
const APPLIED = 'SELECT command_id AS "commandId", user_id AS "userId", score_increment::float8 AS "scoreIncrement" FROM score_event WHERE user_id = ANY ($1) AND score_increment > 0 ORDER BY seq';
const ORDER = `
  SELECT user_id AS "userId", score::float8 AS score,
         concat_ws(':', reached_at, version) AS standing
    FROM score_total WHERE leaderboard_id = $1 AND NOT hidden AND score > 0 ORDER BY score_total.score DESC, reached_at`;

/** Reads it straight from a PostgreSQL, in one snapshot. */
export async function readLedger(connectionString: string, users: readonly string[]): Promise<LedgerSnapshot> {
  const database = new Client({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 20_000 });
  database.on('error', () => undefined); // The query that is asked fails, too.
  await database.connect();
  try {
    await database.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const applied = await database.query<AppliedCommand>(APPLIED, [users]);
    const unsound: string[] = [];
    for (const where of [WHERE_UNSOUND, WHERE_PERIODS_UNSOUND]) unsound.push(...(await database.query<{ user_id: string }>(where)).rows.map((row) => row.user_id));
    const orderOf = async (key: number) => (await database.query<LedgerSnapshot['order'][number]>(ORDER, [key])).rows;
    const periods = [];
    for (const { key } of (await database.query<{ key: number }>(PERIODS)).rows) periods.push({ key, order: await orderOf(key) });
    return { applied: applied.rows, unsound, order: await orderOf(GLOBAL_PERIOD), periods };
  } finally {
    await database.end();
  }
}

export type RedisSnapshot = Awaited<ReturnType<typeof readRedis>>;

/** What a Redis holds of all time or of a period, best first. */
export const readRedis = (url: string, key = GLOBAL_PERIOD) =>
  withRedis(url, async (redis) => {
    const ranking = await rankingPrefix(redis, key);
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
      board: JSON.parse((await redis.get(`${prefixOf(key)}board`)) ?? '{"revision":0,"entries":[]}') as { readonly revision: number; readonly entries: readonly object[] },
    };
  });
