import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** Columns to find users by name. Without a rewrite of the table; earlier builds ignore them. */
export class NameCodes1797100000000 implements MigrationInterface {
  readonly name = 'NameCodes1797100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'name-codes');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these columns');
  }
}
