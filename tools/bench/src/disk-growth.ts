import { randomUUID } from 'node:crypto';
import { newCommandId, newRequestId } from '@scoreboard/application';
import { startPostgres, table } from '@scoreboard/harness';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { say } from '../../driver/src/command-line';
import { runBenchmark } from './benchmark';

const CASES = [
  { what: 'batches of 1', batch: 1, events: 5_000, newId: newCommandId },
  { what: 'batches of 10', batch: 10, events: 50_000, newId: newCommandId },
  { what: 'batches of 100', batch: 100, events: 100_000, newId: newCommandId },
  { what: 'batches of 1,000', batch: 1_000, events: 200_000, newId: newCommandId },
  { what: 'batches of 100, keys that are no UUIDv7', batch: 100, events: 100_000, newId: randomUUID },
];

const USERS = Array.from({ length: 1_000 }, () => randomUUID());

const SIZES = `SELECT pg_table_size('score_event') AS heap, pg_indexes_size('score_event') AS indexes, pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal`;

/** What one event takes in PostgreSQL, in bytes, as a row of the table. Events stay: like every later event, those of the next case come into indexes that are there. */
async function measure(database: Database, { what, batch, events, newId }: (typeof CASES)[number]): Promise<string[]> {
  say(`${what} …`);
  const ledger = new PostgresLedger(database);
  const sizes = async () => (await database.query<Readonly<Record<'heap' | 'indexes' | 'wal', string>>>(SIZES))[0]!;
  await database.query('CHECKPOINT');
  const before = await sizes();
  for (let sent = 0; sent < events; sent += batch) {
    const commands = Array.from({ length: batch }, (_, i) => ({ commandId: newId(), userId: USERS[(sent + i) % USERS.length]!, scoreIncrement: 5, trace: { id: newRequestId() } }));
    await ledger.apply(commands);
  }
  const after = await sizes();
  return [what, ...(['heap', 'indexes', 'wal'] as const).map((name) => `${Math.round((Number(after[name]) - Number(before[name])) / events)}`)];
}

runBenchmark({
  script: 'bench:disk-growth',
  description: 'Measures the bytes of an event in a private PostgreSQL. Takes minutes.',
  measure: async () => {
    const postgres = await startPostgres();
    const database = new Database({ url: postgres.url, poolSize: 2 });
    const rows: string[][] = [];
    for (const each of CASES) rows.push(await measure(database, each));
    await database.onApplicationShutdown();
    await postgres.stop();
    return { report: [table(['bytes an event, user ids of 36 characters', 'table', 'its indexes', 'write-ahead log'], rows)] };
  },
});
