import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** A decision about a flag looks its player up in each period instead of reading all totals of those that the statistics do not know. */
export class StandingsByUser1797300000000 implements MigrationInterface {
  readonly name = 'StandingsByUser1797300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'standings-on-all-boards');
  }

  async down(): Promise<void> {
    throw new Error('not undone: the function returns the same as before');
  }
}
