import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, type PostgresArchive, psql, run, startPostgresArchive, until } from '@scoreboard/harness';
import { isDrained } from '../../../driver/src/broker';
import type { Cluster } from '../cluster';
import { distributed, killOnce, lostSoFar } from '../fault';
import { cannotMount, fill } from '../small-disk';
import { readLedger } from '../snapshots';

const OUTAGE_MS = 120_000;
const MIN_CATCH_UP = 3;

export const databaseFaults = [
  distributed('F15a', 'PostgreSQL shuts down at once (immediate) and starts', async ({ system: { postgres }, hold }) => {
    process.kill(postgres.pid, 'SIGQUIT');
    await eventually(() => postgres.pid === 0, 10_000);
    await hold(0.2);
    await postgres.start();
  }),
  distributed('F15b', 'PostgreSQL is killed, all its processes', (context) => killOnce(context, context.system.postgres, 0.2)),
  // Afterwards the workers must be at least so many times faster than the clients were.
  distributed('F16', 'PostgreSQL is down for two minutes, under load', async ({ system: { postgres, rabbitmq }, history }) => {
    await postgres.stop();
    const [before, since] = [history.count('ok'), Date.now()];
    await delay(OUTAGE_MS);
    const arrived = history.count('ok') - before;
    const arrivalRate = arrived / ((Date.now() - since) / 1_000);
    await postgres.start();
    const started = Date.now();
    await isDrained(rabbitmq.url, OUTAGE_MS);
    // The workers also held messages, and the retry's pause is part of the time.
    const drainRate = arrived / ((Date.now() - started) / 1_000);
    const told = `arrived ${arrivalRate.toFixed(0)}/s, drained ${drainRate.toFixed(0)}/s`;
    if (drainRate < MIN_CATCH_UP * arrivalRate) history.wrong.push(`the workers caught up too slowly: ${told}`);
    return told;
  }),
  distributed('F17a', 'connections to PostgreSQL are terminated every 2 s', async ({ system, repeat }) => {
    await repeat(async () => {
      await psql(system.postgres, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scoreboard'`);
      await delay(2_000);
    });
  }),
  distributed('F17b', 'the totals are locked for 8 s', ({ system }) =>
    psql(system.postgres, 'BEGIN', 'LOCK TABLE score_total', 'SELECT pg_sleep(8)', 'COMMIT')),
  distributed('F18', "PostgreSQL's disk is full", async ({ system: { disk, postgres }, hold }) => {
    const empty = fill(disk!);
    await hold();
    const failure = await psql(postgres, 'CREATE TABLE one_too_many AS SELECT generate_series(1, 100000)').then(() => 'none', (error: Error) => error.message);
    empty();
    await eventually(async () => (await postgres.start(), true), 30_000);
    return `a write failed with: ${/ERROR: .*/.exec(failure)?.[0] ?? failure}`;
  }, { diskMiB: 300, skip: cannotMount }),
  // PostgreSQL loses what was written since a backup; what was accepted before the restore may be lost with it.
  distributed('R3', 'PostgreSQL is restored from a backup', async (context) => {
    const { system: { postgres, rabbitmq }, allowance, hold } = context;
    const [data, backup] = ['data', 'backup'].map((name) => join(postgres.folder, name)) as [string, string];
    await postgres.stop();
    await run('cp', ['--archive', data, backup]);
    await postgres.start();
    await hold(0.6);
    await postgres.stop();
    rmSync(data, { recursive: true });
    renameSync(backup, data);
    allowance.lostBefore = Date.now();
    await postgres.start();
    await hold(0.4);
    await isDrained(rabbitmq.url, OUTAGE_MS);
    return `${(await lostSoFar(context)).length} updates were younger than the backup`;
  }),
];

const DRAINED_WITHIN_MS = 60_000;
const AGREES_WITHIN_MS = 120_000;

/** All three servers are killed, and nothing is left of their data. Roles and clients go on. */
async function loseEverything({ postgres, redis, rabbitmq }: Cluster): Promise<void> {
  const servers = [postgres, redis, rabbitmq];
  await Promise.all(servers.map((server) => server.kill()));
  for (const { folder } of servers) rmSync(join(folder, 'data'), { recursive: true, force: true });
}

/** PostgreSQL as the archive has it; RabbitMQ and Redis start empty. */
async function restoreFrom(archive: PostgresArchive, { redis, rabbitmq }: Cluster): Promise<void> {
  await archive.stop();
  await Promise.all([archive.restore(), redis.start(), rabbitmq.start()]);
}

export const disasterFaults = [
  distributed('R4', 'everything is killed at once and started in random order', async ({ system, random }) => {
    const everything = [...system.members, system.postgres, system.redis, system.rabbitmq];
    await Promise.all(everything.map((each) => each.kill()));
    const starts: Promise<void>[] = [];
    for (const each of random.shuffled(everything)) {
      starts.push(each.start());
      await delay(random.whole(0, 1_500));
    }
    await Promise.all(starts);
  }),
  // What was accepted and is neither in the archive nor applied any more is lost; how much, and how old it was, is told.
  distributed('R5', 'all data is lost; PostgreSQL is restored from its archive', async (context) => {
    const { system, allowance, history, hold } = context;
    const archive = await startPostgresArchive(system.postgres);
    await hold(0.7);
    await loseEverything(system);
    const goneAt = Date.now();
    await hold(0.1);
    allowance.lostBefore = Date.now(); // no broker has confirmed anything since it was killed
    await restoreFrom(archive, system);
    await hold(0.2);
    await isDrained(system.rabbitmq.url, DRAINED_WITHIN_MS);
    const gone = await lostSoFar(context);
    const answered = history.entries.filter(({ okAt }) => okAt! < goneAt).length;
    const oldestMs = Math.max(0, ...gone.map(({ okAt }) => goneAt - okAt!));
    return `lost ${gone.length} of ${answered} updates answered 201 until then, the oldest ${(oldestMs / 1_000).toFixed(2)} s before`;
  }, { isBrokerFault: true }),
  distributed('R6', 'all data is lost at rest; PostgreSQL is restored from its complete archive', async (context) => {
    const { system, history, hold, rest } = context;
    const archive = await startPostgresArchive(system.postgres);
    await hold(); // so that something is in the write-ahead log alone
    const goOn = await rest();
    await until('every update is applied', DRAINED_WITHIN_MS, async () => !(await lostSoFar(context)).length);
    await archive.isLevel();
    const before = await readLedger(system.postgres.url, []);
    await loseEverything(system);
    const since = Date.now();
    await restoreFrom(archive, system);
    const after = await readLedger(system.postgres.url, []);
    if (JSON.stringify(after) !== JSON.stringify(before)) history.wrong.push('the restored standings are not those from before');
    await eventually(async () => !(await system.checkViews(after)), AGREES_WITHIN_MS);
    goOn();
    return `${after.order.length} standings in Redis and on every api again after ${((Date.now() - since) / 1_000).toFixed(1)} s`;
  }),
];
