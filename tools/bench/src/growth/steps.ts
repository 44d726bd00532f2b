import { setTimeout as delay } from 'node:timers/promises';
import { newCommandId } from '@scoreboard/application';
import type { ScoreCommand } from '@scoreboard/domain';
import { freePort, psql, startRole, temporaryFolder, until } from '@scoreboard/harness';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { Client } from 'pg';
import { SETTINGS } from '../../../driver/src/client';
import { withRedis } from '../../../driver/src/redis';
import { steadily, withCpu } from '../clock';
import type { Ask, LoadResult } from '../load';
import { addAccepted, measure, measureReads, runLoad, startLoad } from '../measure';
import { playerId, PROBE } from '../players';
import { median, sum } from '../statistics';
import { metric } from '../systems';
import { fill, FILLED_WITHIN_MS, type Grown, isFilled, untilNamed } from './grown';

/** What a step measured, by what it is and its unit. */
export type Figures = Readonly<Record<string, number>>;

const wal = async ({ postgres }: Grown) => Number(await psql(postgres, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`));
const usedMemory = ({ redis }: Grown) => withRedis(redis.url, async (client) => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))![1]));
const load = (system: Grown, ask: Ask, connections: number, seconds: number) =>
  runLoad({ url: system.api, connections, seconds, ask, players: system.users, withKeys: false });

/** What counts in a run of updates beside its CPU: batches, messages and pushes, and how long Redis was busy with one command, by its own clock. */
export async function updates(system: Grown, connections: number, clients: number, seconds: number) {
  const told = async () => ({
    batches: await metric(system.worker.url, 'scoreboard_batches_total'),
    messages: await metric(system.api, 'scoreboard_queue_confirm_seconds_count'),
    pushes: await metric(system.gateway, 'scoreboard_pushes_total'),
    walBytes: await wal(system),
  });
  const ask = <T>(...command: string[]) => withRedis(system.redis.url, (client) => client.sendCommand<T>(command));
  await ask('CONFIG', 'SET', 'slowlog-log-slower-than', '500', 'slowlog-max-len', '10000');
  await ask('SLOWLOG', 'RESET');
  const [before, held] = [await told(), system.totals.updates];
  const { cpu, acceptedPerSecond } = await measure(system, { connections, clients, keys: false }, seconds, system.users);
  const [after, entries, accepted] = [await told(), await ask<[id: number, at: number, microseconds: number][]>('SLOWLOG', 'GET', '-1'), system.totals.updates - held];
  const each = (what: keyof typeof before) => (after[what] - before[what]) / accepted;
  const parts = Object.fromEntries(Object.entries(cpu).map(([name, seconds100k]) => [name, seconds100k * 10]));
  return { parts, acceptedPerSecond, batch: 1 / each('batches'), message: 1 / each('messages'), pushes: each('pushes'), walBytes: each('walBytes'), redisMs: Math.max(0, ...entries.map(([, , took]) => took / 1_000)) };
}

/** What goes on without any request: the audit, the follower, the watches. */
export async function rest({ processes }: Grown, seconds: number): Promise<Figures> {
  const { cpu } = await withCpu(processes, () => delay(seconds * 1_000));
  return Object.fromEntries(Object.entries(cpu).map(([name, used]) => [`${name} at rest: CPU of a second, ms`, (used / seconds) * 1_000]));
}

const READS = ['top', 'top100', 'rank', 'neighbors', 'history'] as const;
/** Searches by name, only where users have names: for a beginning that a hundredth of the names have, that all have, and that none has. */
const SEARCHES = ['findSome', 'findAll', 'findNobody'] as const;

const cpuOf = (ask: Ask): string => `${ask}: CPU of a read, µs`;
export const READ_FIGURES = READS.map(cpuOf);

export async function reads(system: Grown, seconds: number): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const ask of [...READS, ...(system.isNamed ? SEARCHES : [])]) {
    const { cpu } = await measureReads(system, ask, { connections: 64, seconds, players: system.users });
    figures[cpuOf(ask)] = cpu;
  }
  return figures;
}

/** The worker stands still while `use` runs, so that nothing but this is measured and nothing is applied or rebuilt. */
async function withoutWorker<T>({ worker }: Grown, use: () => Promise<T>): Promise<T> {
  process.kill(worker.pid, 'SIGSTOP');
  return use().finally(() => process.kill(worker.pid, 'SIGCONT'));
}

/** Redis loses everything: one reader of ranks while nothing rebuilds, then the rebuild beside updates and readers. */
export async function lossOfRedis(system: Grown, seconds: number): Promise<Figures> {
  const start = (ask: Ask, connections: number) => startLoad({ url: system.api, seconds: FILLED_WITHIN_MS / 1_000, players: system.users, withKeys: false, ask, connections });
  const { cold, running, empty } = await withoutWorker(system, async () => {
    await withRedis(system.redis.url, (client) => client.flushAll());
    const [rank, neighbors] = [await load(system, 'rank', 1, seconds), await load(system, 'neighbors', 1, seconds)];
    return { cold: { rank, neighbors }, running: await Promise.all([start('update', 16), start('rank', 1), start('top', 1)]), empty: await usedMemory(system) };
  });
  const began = performance.now();
  await until('the leaderboard is rebuilt', FILLED_WITHIN_MS, () => isFilled(system.redis.url));
  const took = (performance.now() - began) / 1_000;
  if (system.isNamed) await untilNamed(system);
  await Promise.all(running.map((each) => each.stop()));
  const [written, rank, top] = await Promise.all([running[0].result, running[1].result, running[2].result]);
  addAccepted(system, written);
  const refused = ({ byStatus: { 200: _, ...others } }: LoadResult) => sum(Object.values(others));
  return {
    'rank out of the ledger, p99, ms': cold.rank.p99,
    'neighbors out of the ledger, p99, ms': cold.neighbors.p99,
    'both, not answered': refused(cold.rank) + refused(cold.neighbors),
    'rebuild beside updates and reads, s': took,
    'updates/s meanwhile': (written.byStatus['201'] ?? 0) / written.seconds,
    'ranks meanwhile, p99, ms': rank.p99,
    'tops meanwhile, p99, ms': top.p99,
    'both, not answered meanwhile': refused(rank) + refused(top),
    'Redis, bytes a user': ((await usedMemory(system)) - empty) / system.users,
  };
}

const BATCH = 1_000;
/** Totals and history, each command once, and nothing else: without sequence, order, periods, or an index of the history. */
const PLAIN_TABLES = `
  CREATE TABLE IF NOT EXISTS plain_event (command_id uuid PRIMARY KEY, user_id uuid NOT NULL, points integer NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS plain_total (user_id uuid PRIMARY KEY, score bigint NOT NULL) WITH (fillfactor = 80);
  INSERT INTO plain_event SELECT command_id, user_id::uuid, 1 FROM score_event WHERE user_id <> '${PROBE}' AND NOT EXISTS (SELECT FROM plain_event);
  INSERT INTO plain_total SELECT user_id::uuid, 1 FROM score_total WHERE leaderboard_id = 1 AND user_id <> '${PROBE}' AND NOT EXISTS (SELECT FROM plain_total)`;
const PLAIN = `
  WITH added AS (INSERT INTO plain_event SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) ON CONFLICT DO NOTHING RETURNING user_id, points),
       sums AS (SELECT user_id, sum(points) AS points FROM added GROUP BY user_id ORDER BY user_id)
  INSERT INTO plain_total SELECT * FROM sums ON CONFLICT (user_id) DO UPDATE SET score = plain_total.score + excluded.score RETURNING user_id, score`;

/** Applies batches of random users: how long one took in the middle of all, in ms, and its CPU in PostgreSQL, in µs a command. */
async function timed({ postgres, users }: Grown, batches: number, size: number, apply: (commands: readonly ScoreCommand[]) => Promise<unknown>) {
  const took: number[] = [];
  const { cpu } = await withCpu({ postgres }, async () => {
    for (let i = 0; i < batches; i++) {
      const commands = Array.from({ length: size }, () => ({ commandId: newCommandId(), userId: playerId(Math.floor(Math.random() * users)), scoreIncrement: 1 }));
      const began = performance.now();
      await apply(commands);
      took.push(performance.now() - began);
    }
  });
  return { ms: median(took), cpu: (cpu.postgres / batches / size) * 1e6 };
}

const TURNS = 4;

/** `apply_commands` in batches of a thousand, in turns with the plain statement; then in batches of ten while a snapshot is held. */
export const raw = (system: Grown, seconds: number): Promise<Figures> =>
  withoutWorker(system, async () => {
    const database = new Database({ url: system.postgres.url, poolSize: 2 });
    const ledger = new PostgresLedger(database);
    const client = new Client(system.postgres.url);
    await client.connect();
    await client.query(PLAIN_TABLES);
    const apply = async (commands: readonly ScoreCommand[]) => {
      await ledger.apply(commands);
      for (const what of ['updates', 'points'] as const) system.totals[what] += commands.length;
      system.past += commands.length;
    };
    const applyPlain = (all: readonly ScoreCommand[]) =>
      client.query({ name: 'plain', text: PLAIN, values: [all.map((each) => each.commandId), all.map((each) => each.userId), all.map((each) => each.scoreIncrement)] });
    const turns: Readonly<Record<'plain' | 'ours', Readonly<Record<'ms' | 'cpu', number>>>>[] = [];
    for (let turn = 0; turn < TURNS; turn++) turns.push({ plain: await timed(system, seconds * 2, BATCH, applyPlain), ours: await timed(system, seconds * 2, BATCH, apply) });
    const of = (whose: 'plain' | 'ours', what: 'ms' | 'cpu') => median(turns.map((turn) => turn[whose][what]));

    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM score_event LIMIT 1');
    const first = await timed(system, seconds * 40, 10, apply);
    await timed(system, seconds * 400, 10, apply);
    const last = await timed(system, seconds * 40, 10, apply);
    await Promise.all([client.end(), database.onApplicationShutdown()]);
    return {
      'raw apply_commands, batches of 1,000, commands/s': (BATCH / of('ours', 'ms')) * 1_000,
      'raw apply_commands, CPU a command, µs': of('ours', 'cpu'),
      'the plain statement, CPU a command, µs': of('plain', 'cpu'),
      'raw apply_commands to the plain statement, time': of('ours', 'ms') / of('plain', 'ms'),
      'raw apply_commands to the plain statement, CPU': of('ours', 'cpu') / of('plain', 'cpu'),
      [`a batch of 10 after ${seconds * 440} under a held snapshot to before, CPU`]: last.cpu / first.cpu,
    };
  });

/** The worker finds what the queue took in five times `seconds` of load: in less, its first batches after the standstill are most of it. */
export async function catchUp(system: Grown, seconds: number): Promise<Figures> {
  const { totals } = system;
  const before = totals.updates;
  await withoutWorker(system, async () => addAccepted(system, await load(system, 'update', 256, 5 * seconds)));
  // From the first batch on: a process that stood still needs a moment to look around.
  let first = before;
  await until('the worker goes on', FILLED_WITHIN_MS, async () => (first = await system.applied()) > before);
  const began = performance.now();
  await until('the worker has caught up', FILLED_WITHIN_MS, async () => (await system.applied()) >= totals.updates);
  return { "the worker's catch-up, commands/s": ((totals.updates - first) / (performance.now() - began)) * 1_000 };
}

/** Starts and memory of a standalone, with an empty folder and with so many users of whom one asks for a rank all the time. */
export async function standalone(users: number): Promise<Figures> {
  const folder = temporaryFolder('growth-data');
  const start = async (asked?: string) => {
    const port = await freePort();
    const stopAsking = steadily(asked ? 50 : 0, () => fetch(`http://127.0.0.1:${port}/api/scores/users/${asked}`).then((answer) => answer.text()).catch(() => ''));
    const began = performance.now();
    const role = await startRole('standalone', { ...SETTINGS, DATA_DIR: folder, PORT: `${port}` }, { readyWithinMs: FILLED_WITHIN_MS });
    const seconds = (performance.now() - began) / 1_000;
    await stopAsking();
    await delay(5_000); // until it rests
    const memory = (await metric(role.url, 'process_resident_memory_bytes')) / 2 ** 20;
    await role.stop();
    return { seconds, memory };
  };
  const first = await start();
  await fill({ folder }, users);
  const grown = await start(playerId(1));
  return {
    'standalone, first start, s': first.seconds,
    'standalone, at rest after it, MiB': first.memory,
    'standalone, start while one asks for a rank, s': grown.seconds,
    'standalone, at rest after it with these users, MiB': grown.memory,
  };
}
