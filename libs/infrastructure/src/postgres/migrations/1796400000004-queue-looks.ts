import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** A worker keeps the last moments in which it saw the queue empty. Earlier builds read the oldest. */
export class QueueLooks1796400000004 implements MigrationInterface {
  readonly name = 'QueueLooks1796400000004';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'queue-looks');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this column');
  }
}
