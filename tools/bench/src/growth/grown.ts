import { psql, until } from '@scoreboard/harness';
import { Database, type DatabaseOptions } from '@scoreboard/infrastructure/postgres';
import { say } from '../../../driver/src/command-line';
import { META, PROFILES, withRedis } from '../../../driver/src/redis';
import { PLAYER_ID } from '../players';
import { startDistributed, type Totals } from '../systems';

/** Users whose rows one statement writes. */
const PAGE = 50_000;
const SAID_EVERY = 500_000;

export const FILLED_WITHIN_MS = 1_800_000;

/** An update of each user of a page, long ago: 1 to 2^20 points, under command ids as they come with time. */
const EVENTS = `
  INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after)
  SELECT 1, floor_seq + i + 1, (lpad(to_hex(i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid, ${PLAYER_ID}, points, points
    FROM leaderboard, generate_series($1::bigint, $2::bigint - 1) AS i, LATERAL (SELECT 1 + (hashint8(i) & 1048575) AS points) AS update`;
const TOTALS = `
  INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version)
  SELECT 1, user_id, score_increment, seq, seq FROM score_event, leaderboard WHERE seq > floor_seq + $1::bigint AND seq <= floor_seq + $2::bigint`;

/** Names that people might have: `Player 12345 of the north`. */
const NAMES = `
  INSERT INTO profile (user_id, version, shown, name_code, coded_version)
  SELECT ${PLAYER_ID}, i + 1, convert_to(json_build_object('name', initcap(name))::text, 'UTF8'), convert_to(left(name, 20), 'UTF8'), i + 1
    FROM generate_series($1::bigint, $2::bigint - 1) AS i, LATERAL (SELECT 'player ' || i || ' of the north' AS name) AS named`;

/** Runs statements for so many users, a page at a time: from number $1 to below $2. */
async function writeUsers(options: DatabaseOptions, users: number, ...statements: readonly string[]): Promise<void> {
  const database = new Database(options);
  for (let from = 0; from < users; from += PAGE) {
    for (const statement of statements) await database.query(statement, [from, Math.min(users, from + PAGE)]);
    if (from && from % SAID_EVERY === 0) say(`${from.toLocaleString('en')} users are written …`);
  }
  await database.onApplicationShutdown();
}

/** Gives an empty ledger so many users with one event each. */
export const fill = (options: DatabaseOptions, users: number): Promise<void> => writeUsers(options, users, EVENTS, TOTALS);

export type Grown = Awaited<ReturnType<typeof startGrown>>;

export const titleOf = (users: number, isNamed = false): string => `${users.toLocaleString('en')}${isNamed ? ' named' : ''}`;

/** The distributed system with so many users, each with a name or none; `totals` starts with what they have. */
export async function startGrown(users: number, isNamed = false) {
  const title = titleOf(users, isNamed);
  say(`Starting with ${title} users …`);
  const system = await startDistributed({ fill: (url) => fill({ url }, users) });
  await psql(system.postgres, 'VACUUM ANALYZE', 'CHECKPOINT'); // not in the middle of the first rounds
  const { updates, points } = await system.snapshot();
  const totals: Totals = { ...system.totals, updates: updates.events, points: points.totals };
  // `past` the worker's count: what was filled, and what is applied without the worker.
  const grown = { ...system, title, users, isNamed, totals, past: updates.events, applied: async () => grown.past + (await system.applied()) };
  await until('the leaderboard is filled', FILLED_WITHIN_MS, () => isFilled(grown.redis.url));
  if (isNamed) {
    await writeUsers({ url: system.postgres.url }, users, NAMES);
    await psql(system.postgres, `UPDATE profile_version SET version = ${users}`, 'VACUUM ANALYZE profile', 'CHECKPOINT');
    await untilNamed(grown);
  }
  return grown;
}

/** Resolves when all names are where boards read them. */
export const untilNamed = ({ redis, users }: Pick<Grown, 'redis' | 'users'>): Promise<void> =>
  until('the names are copied', FILLED_WITHIN_MS, () => withRedis(redis.url, async (client) => (await client.hLen(PROFILES)) > users));

/** Whether there is a ranking that can be read. */
export const isFilled = (redisUrl: string): Promise<boolean> => withRedis(redisUrl, async (redis) => Boolean(await redis.hGet(META, 'ranking')));
