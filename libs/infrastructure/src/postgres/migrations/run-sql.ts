import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryRunner } from 'typeorm';

/**
 * Runs files of `sql/` in this order.
 *
 * Each function acts as the schema's owner and nobody else may call it by default. So a role that is granted one of them can change the ledger
 * in that way and in no other: it needs no right to the tables. `SET search_path FROM CURRENT` in a function takes the search path that is set
 * here, this schema and the system's alone, or a caller could put tables of its own in the way.
 */
export async function runSql(runner: QueryRunner, ...files: readonly string[]): Promise<void> {
  await runner.query(`SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)`);
  for (const file of files) await runner.query(readFileSync(join(__dirname, '..', 'sql', `${file}.sql`), 'utf8'));
}
