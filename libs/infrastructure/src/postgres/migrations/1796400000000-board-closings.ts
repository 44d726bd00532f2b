import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** The closings of periods as events. Earlier builds close periods with the same function, and their closings become events too. */
export class BoardClosings1796400000000 implements MigrationInterface {
  readonly name = 'BoardClosings1796400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'board-closings');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this table');
  }
}
