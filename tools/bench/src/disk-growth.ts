import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { newCommandId, newRequestId } from '@scoreboard/application';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { startPostgres } from '@scoreboard/harness';

const CASES = [
  { what: 'batches of 1', batch: 1, events: 5_000, newId: newCommandId },
  { what: 'batches of 10', batch: 10, events: 50_000, newId: newCommandId },
  { what: 'batches of 100', batch: 100, events: 100_000, newId: newCommandId },
  { what: 'batches of 1,000', batch: 1_000, events: 200_000, newId: newCommandId },
  { what: 'batches of 100, keys that are no UUIDv7', batch: 100, events: 100_000, newId: randomUUID },
];

const USERS = Array.from({ length: 1_000 }, () => randomUUID());

const SIZES = `SELECT pg_table_size('score_event') AS heap, pg_indexes_size('score_event') AS indexes, pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal`;

type Sizes = Readonly<Record<'heap' | 'indexes' | 'wal', string>>;

/** What one event takes in a private PostgreSQL, in bytes, as a line of the table. */
async function measure(url: string, { what, batch, events, newId }: (typeof CASES)[number]): Promise<string> {
  const database = new Database({ url, poolSize: 2 });
  const ledger = new PostgresLedger(database);
  // The table's rows stay: like every later event, these come into indexes that are there.
  await database.query('CHECKPOINT');
  const [before] = await database.query<Sizes>(SIZES);
  for (let sent = 0; sent < events; sent += batch) {
    const commands = Array.from({ length: batch }, (_, i) => ({ commandId: newId(), userId: USERS[(sent + i) % USERS.length]!, scoreIncrement: 5, trace: { id: newRequestId() } }));
    await ledger.apply(commands);
  }
  const [after] = await database.query<Sizes>(SIZES);
  await database.onApplicationShutdown();
  const bytes = (name: keyof Sizes) => Math.round((Number(after![name]) - Number(before![name])) / events);
  return `| ${what} | ${bytes('heap')} | ${bytes('indexes')} | ${bytes('wal')} |`;
}

async function main(): Promise<void> {
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the answer
  const postgres = await startPostgres();
  process.stdout.write('| bytes an event, user ids of 36 characters | table | its indexes | write-ahead log |\n|---|---|---|---|\n');
  for (const each of CASES) process.stdout.write(`${await measure(postgres.url, each)}\n`);
  await postgres.stop();
}

void main();
