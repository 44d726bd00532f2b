import { eventually, PostgresArchive } from '@scoreboard/harness';
import { COMMANDS, waitingIn } from './broker';
import { disasterFaults, loseEverything, restoreFrom } from './catalog/disaster-faults';
import { Cluster } from './cluster';
import { warm } from './fault-bench';
import { type RunOptions, runFault } from './run-fault';
import { type LedgerSnapshot, readLedger } from './snapshots';

const AGREES_WITHIN_MS = 120_000;

export type DrillReport = Awaited<ReturnType<typeof drillRestore>>;

/**
 * Restores private servers from a backup with continuous archiving, twice: all data is lost under load, and again when
 * everything had come to rest and the archive had it all. Roles run all the time. The note of `underLoad` tells what was lost.
 */
export async function drillRestore({ seconds, patience }: Pick<RunOptions, 'seconds' | 'patience'>) {
  const cluster = await warm(await Cluster.start());
  try {
    const underLoad = await runFault(disasterFaults.find(({ id }) => id === 'R5')!, cluster, { seed: 1, seconds, patience, earlier: 'HEAD', turn: 1 });
    return { underLoad, ...(await restoreAtRest(cluster)) };
  } finally {
    await cluster.stop();
  }
}

/**
 * Tells the standings before the loss, what differs afterwards (undefined where ledger, Redis and every api show what they showed before),
 * and the milliseconds from the begin of the restore until all of them showed it.
 */
async function restoreAtRest(cluster: Cluster) {
  const archive = await PostgresArchive.start(cluster.postgres);
  await warm(cluster); // what is only in the write-ahead log
  await agreement(cluster);
  await archive.isLevel();
  const { order } = await readLedger(cluster.postgres.url, []);
  await loseEverything(cluster);
  const since = Date.now();
  await restoreFrom(archive, cluster);
  const difference = await agreement(cluster, order);
  return { standings: order.length, difference, restoredMs: Date.now() - since };
}

/** Waits until ledger, Redis and apis agree, on `order` where it is given; resolves with what differs where they do not. */
async function agreement(cluster: Cluster, order?: LedgerSnapshot['order']): Promise<string | undefined> {
  let difference: string | undefined;
  const isAgreed = async () => (difference = await differenceIn(cluster, order).catch((error: Error) => error.message)) === undefined;
  await eventually(isAgreed, AGREES_WITHIN_MS, 100);
  return difference;
}

async function differenceIn(cluster: Cluster, order?: LedgerSnapshot['order']): Promise<string | undefined> {
  const waiting = await waitingIn(cluster.rabbitmq.url, COMMANDS);
  if (waiting) return `${waiting} messages wait in the queue`;
  const ledger = await readLedger(cluster.postgres.url, []);
  if (order && JSON.stringify(ledger.order) !== JSON.stringify(order)) return `the ledger's ${ledger.order.length} standings are not the ${order.length} from before`;
  return cluster.checkViews(ledger);
}
