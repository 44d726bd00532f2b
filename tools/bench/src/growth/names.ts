import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { projectRoot, psql, table, until, writeEvidence } from '@scoreboard/harness';
import { Database } from '@scoreboard/infrastructure/postgres';
import { commandLine, exitWith, say, whole } from '../../../faults/src/command-line';
import { withRedis } from '../../../faults/src/snapshots';
import { cpuOf, runLoad } from '../measure';
import { type Ask, PLAYER_ID } from '../players';
import { median, show } from '../report';
import { SERVERS_NOTE } from '../system';
import { FILLED_WITHIN_MS, type Grown, startGrown } from './grown';

const DESCRIPTION = `Measures what names cost: two distributed systems with as many users, in one of which each has a name. Reads run on both in turns, and
the search by name on the second. Fills both by SQL, and starts and stops what it needs, on free ports. Linux only.`;

const READS = ['top', 'top100', 'rank', 'neighbors'] as const satisfies readonly Ask[];
/** A beginning that a hundredth of the names have, one that all have, and one that nobody has. */
const SEARCHES = ['findSome', 'findAll', 'findNobody'] as const satisfies readonly Ask[];
/** How much dearer a read with names may be, at most. */
const MOST = 1.2;

const PAGE = 50_000;

/** Names that people might have: `Player 12345 of the north`. */
const NAMES = `
  INSERT INTO profile (user_id, version, shown, name_code, coded_version)
  SELECT ${PLAYER_ID}, i + 1, convert_to(json_build_object('name', initcap(name))::text, 'UTF8'), convert_to(left(name, 20), 'UTF8'), i + 1
    FROM generate_series($1::bigint, $2::bigint - 1) AS i, LATERAL (SELECT 'player ' || i || ' of the north' AS name) AS named`;

/** Gives each user a name, and waits until all are where boards are read. */
async function nameAll({ postgres, redis }: Grown, users: number): Promise<void> {
  const database = new Database({ url: postgres.url });
  for (let from = 0; from < users; from += PAGE) await database.query(NAMES, [from, Math.min(users, from + PAGE)]);
  await database.query('UPDATE profile_version SET version = $1', [users]);
  await database.onApplicationShutdown();
  await psql(postgres, 'VACUUM ANALYZE profile', 'CHECKPOINT');
  await until('the names are copied', FILLED_WITHIN_MS, () => withRedis(redis.url, async (client) => (await client.hLen('scoreboard:{global}:profiles')) > users));
}

/** µs of CPU of a read, of the processes that take part in it. */
async function cpuOfRead(system: Grown, ask: Ask, connections: number, seconds: number): Promise<number> {
  const before = cpuOf(system);
  const { byStatus } = await runLoad({ url: system.api, connections, seconds, ask, players: system.users, withKeys: false });
  const after = cpuOf(system);
  const { 200: answered = 0, ...others } = byStatus;
  if (Object.keys(others).length) throw new Error(`${ask}: answers other than 200: ${JSON.stringify(others)}`);
  return ((['api', 'postgres', 'redis'] as const).reduce((sum, name) => sum + after[name]! - before[name]!, 0) / answered) * 1e6;
}

const options = () =>
  commandLine('bench:names', DESCRIPTION)
    .option('--users <N>', 'users in each system', whole(1_000), 1_000_000)
    .option('--connections <N>', 'HTTP connections, one request at a time on each', whole(1), 32)
    .option('--seconds <N>', 'seconds of each load', whole(1), 4)
    .option('--rounds <N>', 'rounds; the result is their median', whole(1), 5)
    .option('--write', 'write the result to docs/evidence/names.md')
    .parse()
    .opts<{ users: number; connections: number; seconds: number; rounds: number; write?: true }>();

async function bench({ users, connections, seconds, rounds, write }: ReturnType<typeof options>): Promise<number> {
  Logger.overrideLogger(['warn', 'error', 'fatal']);
  const [plain, named] = [await startGrown(users), await startGrown(users)];
  say('Naming everybody …');
  await nameAll(named, users);
  const taken: Record<string, { readonly plain: number[]; readonly named: number[] }> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const ask of [...READS, ...SEARCHES]) {
      const of = (taken[ask] ??= { plain: [], named: [] });
      const isRead = (READS as readonly string[]).includes(ask);
      // The first round warms up. Turns alternate, so that a busy machine slows both.
      const both = isRead ? ([[plain, of.plain], [named, of.named]] as const) : ([[named, of.named]] as const);
      for (const [system, list] of round % 2 ? both : both.toReversed()) {
        const cpu = await cpuOfRead(system, ask, connections, seconds);
        if (round) list.push(cpu);
      }
      if (round) say(`round ${round} of ${rounds}, ${ask}: ${[...of.plain.slice(-1), ...of.named.slice(-1)].map(show).join(' and ')} µs`);
    }
  }
  await Promise.all([plain.stop(), named.stop()]);
  const rows = Object.entries(taken).map(([ask, of]) => {
    const [without, withNames] = [median(of.plain), median(of.named)];
    return { ask, ratio: withNames / without, cells: [ask, of.plain.length ? show(without) : '–', show(withNames), of.plain.length ? `${show(withNames / without)}×` : '–'] };
  });
  const dear = rows.filter(({ ratio }) => ratio > MOST);
  const verdict = dear.length ? `- TOO DEAR, over ${MOST}×: ${dear.map(({ ask }) => ask).join(', ')}.` : `- No read costs more than ${MOST}× what it costs without names.`;
  const report = [`${users.toLocaleString('en')} users, medians of ${rounds} rounds: CPU of a read in µs, of api, PostgreSQL and Redis.`, '', table(['read', 'without names', 'with names', 'ratio'], rows.map(({ cells }) => cells)), '', verdict].join('\n');
  process.stdout.write(`${report}\n`);
  if (write) writeEvidence(join(projectRoot(), 'docs/evidence/names.md'), { title: 'Names', script: 'bench:names', notes: [SERVERS_NOTE] }, report);
  return dear.length ? 1 : 0;
}

exitWith(bench(options()));
