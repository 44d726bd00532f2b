import { PostgresArchive } from '@scoreboard/harness';
import { COMMANDS, waitingIn } from '../broker';
import { loseEverything, restoreFrom } from '../disaster';
import { eventually } from '../eventually';
import { lost } from '../checker';
import { readLedger } from '../ledger-snapshot';
import { distributed, type ClusterContext } from '../fault';

const DRAINED_WITHIN_MS = 60_000;

/** What was accepted and is neither in the archive nor applied any more is lost; how much, and how old it was, is told. */
async function loseAndRestore({ system, allowance, history, users, hold }: ClusterContext): Promise<string> {
  const archive = await PostgresArchive.start(system.postgres);
  await hold(0.7);
  await loseEverything(system);
  const goneAt = Date.now();
  await hold(0.1);
  allowance.lostBefore = Date.now(); // no broker has confirmed anything since it was killed
  await restoreFrom(archive, system);
  await hold(0.2);
  await eventually(async () => (await waitingIn(system.rabbitmq.url, COMMANDS)) === 0, DRAINED_WITHIN_MS, 50);
  const gone = lost(await readLedger(system.postgres.url, users), history);
  const answered = history.entries.filter(({ okAt }) => okAt! < goneAt).length;
  const oldestMs = Math.max(0, ...gone.map(({ okAt }) => goneAt - okAt!));
  return `lost ${gone.length} of ${answered} updates answered 201 until then, the oldest ${(oldestMs / 1_000).toFixed(2)} s before`;
}

export const disasterFaults = distributed({
  id: 'R5',
  what: 'all data is lost; PostgreSQL is restored from its archive',
  isBrokerFault: true,
  inject: loseAndRestore,
});
