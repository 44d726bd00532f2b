import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, PostgresArchive, until } from '@scoreboard/harness';
import { isDrained } from '../../../driver/src/broker';
import type { Cluster } from '../cluster';
import { distributed } from '../fault';
import { readLedger } from '../snapshots';
import { lostSoFar } from './shared';

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
    const archive = await PostgresArchive.start(system.postgres);
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
    const archive = await PostgresArchive.start(system.postgres);
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
