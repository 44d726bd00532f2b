import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryRunner } from 'typeorm';

/**
 * Runs files of `sql/` in this order.
 *
 * Each function runs with the rights of the schema's owner, and by default nobody else may call it. A role that is granted one function can
 * change the ledger only in that way, and needs no rights on the tables. `SET search_path FROM CURRENT` in a function uses the search path set
 * here, which contains only this schema and the system's. Otherwise a caller could make the function use other tables.
 */
export async function runSql(runner: QueryRunner, ...files: readonly string[]): Promise<void> {
  await runner.query(`SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)`);
  for (const file of files) await runner.query(readFileSync(join(__dirname, '..', 'sql', `${file}.sql`), 'utf8'));
}
