import { PostgresArchive } from '@scoreboard/harness';
import { Arena } from './arena';
import { COMMANDS, waitingIn } from './broker-books';
import { loseEverything, restoreFrom } from './disaster';
import { eventually } from './eventually';
import { warm } from './grounds';
import { judgeReads } from './judge-arena';
import { judgeRedis } from './judge';
import { type LedgerBooks, readLedger } from './ledger-books';
import { type PlayOptions, playRow, type Verdict } from './play-row';
import { readRedis } from './redis-books';
import { disasterRows } from './rows/disaster-rows';

const AGREES_WITHIN_MS = 120_000;

export interface DrillReport {
  /** Of the loss of everything under load; its note tells what was lost. */
  readonly underLoad: Verdict;
  /** Standings before the loss of everything at rest. */
  readonly standings: number;
  /** What differs afterwards; undefined where ledger, Redis and every api show what they showed before. */
  readonly difference?: string;
  /** From the begin of that restore until all of them showed it, in milliseconds. */
  readonly restoredMs: number;
}

/**
 * Restores private servers from a backup with continuous archiving, twice: all data is lost under load, and again when
 * everything had come to rest and the archive had it all. Roles run all the time.
 */
export async function drillRestore({ seconds, patience }: Pick<PlayOptions, 'seconds' | 'patience'>): Promise<DrillReport> {
  const arena = await warm(await Arena.start());
  try {
    const underLoad = await playRow(disasterRows[0]!, arena, { seed: 1, seconds, patience, earlier: 'HEAD', turn: 1 });
    return { underLoad, ...(await restoreAtRest(arena)) };
  } finally {
    await arena.stop();
  }
}

async function restoreAtRest(arena: Arena): Promise<Omit<DrillReport, 'underLoad'>> {
  const archive = await PostgresArchive.start(arena.postgres);
  await warm(arena); // what is only in the write-ahead log
  await agreement(arena);
  await archive.isLevel();
  const { order } = await readLedger(arena.postgres.url, []);
  await loseEverything(arena);
  const since = Date.now();
  await restoreFrom(archive, arena);
  const difference = await agreement(arena, order);
  return { standings: order.length, difference, restoredMs: Date.now() - since };
}

/** Waits until ledger, Redis and apis agree, on `order` where it is given; resolves with what differs where they do not. */
async function agreement(arena: Arena, order?: LedgerBooks['order']): Promise<string | undefined> {
  let difference: string | undefined;
  const isAgreed = async () => (difference = await differenceIn(arena, order).catch((error: Error) => error.message)) === undefined;
  await eventually(isAgreed, AGREES_WITHIN_MS, 100);
  return difference;
}

async function differenceIn(arena: Arena, order?: LedgerBooks['order']): Promise<string | undefined> {
  const waiting = await waitingIn(arena.rabbitmq.url, COMMANDS);
  if (waiting) return `${waiting} messages wait in the queue`;
  const ledger = await readLedger(arena.postgres.url, []);
  if (order && JSON.stringify(ledger.order) !== JSON.stringify(order)) return `the ledger's ${ledger.order.length} standings are not the ${order.length} from before`;
  return judgeRedis(await readRedis(arena.redis.url), ledger) ?? (await judgeReads(arena.apis.map(({ url }) => url), ledger));
}
