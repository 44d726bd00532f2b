import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** What the pages of players show. Earlier builds have no such pages. */
export class PlayerPages1797000000001 implements MigrationInterface {
  readonly name = 'PlayerPages1797000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'player-pages');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this table');
  }
}
