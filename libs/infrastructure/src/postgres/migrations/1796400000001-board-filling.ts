import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** From when a period counts, and filling it with what came before. Earlier builds open periods with the same function. */
export class BoardFilling1796400000001 implements MigrationInterface {
  readonly name = 'BoardFilling1796400000001';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'board-filling');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this column');
  }
}
