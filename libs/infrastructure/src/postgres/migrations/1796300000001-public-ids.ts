import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** The users of shown ids. */
export class PublicIds1796300000001 implements MigrationInterface {
  readonly name = 'PublicIds1796300000001';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'public-ids');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this table');
  }
}
