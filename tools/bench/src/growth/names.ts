import { psql, table, until } from '@scoreboard/harness';
import { say, whole } from '../../../driver/src/command-line';
import { PROFILES, withRedis } from '../../../driver/src/redis';
import { type Finding, runBenchmark } from '../benchmark';
import type { Ask } from '../load';
import { measureReads } from '../measure';
import { PLAYER_ID } from '../players';
import { median, show } from '../statistics';
import { FILLED_WITHIN_MS, type Grown, startGrown, writeUsers } from './grown';

const DESCRIPTION = `Measures what names cost: two distributed systems with as many users, in one of which each has a name. Reads run on both in turns, and
the search by name on the second. Fills both by SQL, and starts and stops what it needs, on free ports. Linux only.`;

const READS = ['top', 'top100', 'rank', 'neighbors'] as const satisfies readonly Ask[];
/** A beginning that a hundredth of the names have, one that all have, and one that nobody has. */
const SEARCHES = ['findSome', 'findAll', 'findNobody'] as const satisfies readonly Ask[];
/** How much dearer a read with names may be, at most. */
const MOST = 1.2;

/** Names that people might have: `Player 12345 of the north`. */
const NAMES = `
  INSERT INTO profile (user_id, version, shown, name_code, coded_version)
  SELECT ${PLAYER_ID}, i + 1, convert_to(json_build_object('name', initcap(name))::text, 'UTF8'), convert_to(left(name, 20), 'UTF8'), i + 1
    FROM generate_series($1::bigint, $2::bigint - 1) AS i, LATERAL (SELECT 'player ' || i || ' of the north' AS name) AS named`;

/** Gives each user a name, and waits until all are where boards are read. */
async function nameAll({ postgres, redis }: Grown, users: number): Promise<void> {
  await writeUsers({ url: postgres.url }, users, NAMES);
  await psql(postgres, `UPDATE profile_version SET version = ${users}`, 'VACUUM ANALYZE profile', 'CHECKPOINT');
  await until('the names are copied', FILLED_WITHIN_MS, () => withRedis(redis.url, async (client) => (await client.hLen(PROFILES)) > users));
}

type Options = Readonly<Record<'users' | 'connections' | 'seconds' | 'rounds', number>>;

async function bench({ users, connections, seconds, rounds }: Options): Promise<Finding> {
  const [plain, named] = [await startGrown(users), await startGrown(users)];
  say('Naming everybody …');
  await nameAll(named, users);
  const taken = [...READS, ...SEARCHES].map((ask) => ({ ask, without: [] as number[], with: [] as number[], isRead: (READS as readonly Ask[]).includes(ask) }));
  for (let round = 0; round <= rounds; round++) {
    for (const each of taken) {
      const turns = [{ system: named, list: each.with }, ...(each.isRead ? [{ system: plain, list: each.without }] : [])];
      // The first round warms up. Turns alternate, so that a busy machine slows both.
      for (const { system, list } of round % 2 ? turns.toReversed() : turns) {
        const { cpu } = await measureReads(system, each.ask, { connections, seconds, players: users });
        if (round) list.push(cpu);
      }
      if (round) say(`round ${round} of ${rounds}, ${each.ask}: ${[...each.without.slice(-1), ...each.with.slice(-1)].map(show).join(' and ')} µs`);
    }
  }
  await Promise.all([plain.stop(), named.stop()]);
  const rows = taken.map((each) => ({ ask: each.ask, without: median(each.without), with: median(each.with), ratio: median(each.with) / median(each.without) }));
  const errors = [...plain.totals.errors, ...named.totals.errors];
  const dear = rows.filter(({ ratio }) => ratio > MOST);
  return {
    report: [
      `${users.toLocaleString('en')} users, medians of ${rounds} rounds: CPU of a read in µs, of api, PostgreSQL and Redis.`,
      '',
      table(['read', 'without names', 'with names', 'ratio'], rows.map((row) => [row.ask, show(row.without), show(row.with), Number.isNaN(row.ratio) ? '–' : `${show(row.ratio)}×`])),
      '',
      dear.length ? `- TOO DEAR, over ${MOST}×: ${dear.map(({ ask }) => ask).join(', ')}.` : `- No read costs more than ${MOST}× what it costs without names.`,
      ...errors.map((error) => `- WRONG: ${error}`),
    ],
    isWrong: dear.length + errors.length > 0,
  };
}

runBenchmark({
  script: 'bench:names',
  title: 'Names',
  file: 'names.md',
  description: DESCRIPTION,
  options: (command) =>
    command
      .option('--users <N>', 'users in each system', whole(1_000), 1_000_000)
      .option('--connections <N>', 'HTTP connections, one request at a time on each', whole(1), 32)
      .option('--seconds <N>', 'seconds of each load', whole(1), 4)
      .option('--rounds <N>', 'rounds; the result is their median', whole(1), 5),
  measure: bench,
});
