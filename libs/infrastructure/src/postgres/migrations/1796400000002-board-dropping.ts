import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** Dropping the totals of old periods. Earlier builds show a dropped period as one without players. */
export class BoardDropping1796400000002 implements MigrationInterface {
  readonly name = 'BoardDropping1796400000002';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'board-dropping');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this column');
  }
}
