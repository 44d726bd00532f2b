import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** The tables of ledger events: changes of the top ten, and the consumers with their positions. */
export class EventTables1796200000000 implements MigrationInterface {
  readonly name = 'EventTables1796200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'event-tables');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these tables');
  }
}
