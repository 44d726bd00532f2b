import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** Names and pictures of users. */
export class Profiles1796300000000 implements MigrationInterface {
  readonly name = 'Profiles1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'profiles');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these tables');
  }
}
