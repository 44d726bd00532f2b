import type { MigrationInterface, QueryRunner } from 'typeorm';

const FUNCTIONS = ['apply_scores', 'reverse_scores', 'set_hidden', 'rename_user'];

/**
 * The functions that write the ledger act as the schema's owner, and nobody else may call them by default. So a role that is allowed
 * one of them can change the ledger in that way and in no other: it needs no right to the tables.
 *
 * Their names are looked up in this schema and the system's alone, or a caller could put tables of its own in the way.
 */
export class FunctionsOfTheOwner1764000000030 implements MigrationInterface {
  readonly name = 'FunctionsOfTheOwner1764000000030';

  async up(runner: QueryRunner): Promise<void> {
    const [{ schema }] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as [{ schema: string }];
    for (const name of FUNCTIONS) {
      await runner.query(`ALTER FUNCTION ${name} SECURITY DEFINER SET search_path = ${schema}, pg_temp`);
      await runner.query(`REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of FUNCTIONS) {
      await runner.query(`GRANT EXECUTE ON FUNCTION ${name} TO PUBLIC`);
      await runner.query(`ALTER FUNCTION ${name} SECURITY INVOKER RESET search_path`);
    }
  }
}
