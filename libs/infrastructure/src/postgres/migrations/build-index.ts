import type { ClientBase } from 'pg';
import type { QueryRunner } from 'typeorm';

/** An index of a large table may take this long, in ms. */
const DAY_MS = 86_400_000;

/**
 * Creates an index, for instance `event_at` on `score_event (at)`, while others write. CONCURRENTLY needs a migration with `transaction = false`. It waits
 * for transactions that are older, such as that of a backup, so the time limits of a connection do not apply. An interrupted migration may run again:
 * an index that is complete stays, one that is not is dropped first.
 */
export async function buildIndex(runner: QueryRunner, name: string, definition: string): Promise<void> {
  const [held] = (await runner.query('SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)', [name])) as { indisvalid: boolean }[];
  if (held?.indisvalid) return;
  const client = (await runner.connect()) as ClientBase;
  const run = (sql: string) => {
    const patient = { text: sql, query_timeout: DAY_MS };
    return client.query(patient);
  };
  await run('SET statement_timeout = 0');
  try {
    if (held) await run(`DROP INDEX CONCURRENTLY ${name}`);
    await run(`CREATE INDEX CONCURRENTLY ${name} ON ${definition}`);
  } catch (error) {
    await run('RESET statement_timeout').catch(() => undefined); // the connection may be lost, which `error` says
    throw error;
  }
  await run('RESET statement_timeout');
}
