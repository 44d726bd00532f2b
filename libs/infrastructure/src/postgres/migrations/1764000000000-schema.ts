import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** The schema of the first release. */
export class Schema1764000000000 implements MigrationInterface {
  readonly name = 'Schema1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'tables', 'apply-scores', 'reverse-scores', 'set-hidden', 'rename-user');
  }

  async down(): Promise<void> {
    throw new Error('the first schema cannot be undone: drop the database');
  }
}
