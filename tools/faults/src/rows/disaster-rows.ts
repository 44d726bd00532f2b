import { PostgresArchive } from '@scoreboard/harness';
import { COMMANDS, waitingIn } from '../broker-books';
import { loseEverything, restoreFrom } from '../disaster';
import { eventually } from '../eventually';
import { lost } from '../judge';
import { readLedger } from '../ledger-books';
import { distributed, type DistributedStage } from '../row';

const DRAINED_WITHIN_MS = 60_000;

/** What was accepted and is neither in the archive nor applied any more is lost; how much, and how old it was, is told. */
async function loseAndRestore({ ground, allowance, journal, users, hold }: DistributedStage): Promise<string> {
  const archive = await PostgresArchive.start(ground.postgres);
  await hold(0.7);
  await loseEverything(ground);
  const goneAt = Date.now();
  await hold(0.1);
  allowance.lostBefore = Date.now(); // no broker has confirmed anything since it was killed
  await restoreFrom(archive, ground);
  await hold(0.2);
  await eventually(async () => (await waitingIn(ground.rabbitmq.url, COMMANDS)) === 0, DRAINED_WITHIN_MS, 50);
  const gone = lost(await readLedger(ground.postgres.url, users), journal);
  const answered = journal.entries.filter(({ okAt }) => okAt! < goneAt).length;
  const oldestMs = Math.max(0, ...gone.map(({ okAt }) => goneAt - okAt!));
  return `lost ${gone.length} of ${answered} updates answered 201 until then, the oldest ${(oldestMs / 1_000).toFixed(2)} s before`;
}

export const disasterRows = distributed({
  id: 'R5',
  what: 'all data is lost; PostgreSQL is restored from its archive',
  isBrokerFault: true,
  hurt: loseAndRestore,
});
