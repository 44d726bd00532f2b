import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** Profiles of a `ProfileResolver`. Earlier builds show them, and save over them. */
export class ResolvedProfiles1796500000000 implements MigrationInterface {
  readonly name = 'ResolvedProfiles1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'resolved-profiles');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this column');
  }
}
