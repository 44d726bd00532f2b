import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** Suspicious points and their review. Earlier builds know nothing of them, and do not see their events. */
export class PlayerFlags1797200000000 implements MigrationInterface {
  readonly name = 'PlayerFlags1797200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'player-flags');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these tables');
  }
}
