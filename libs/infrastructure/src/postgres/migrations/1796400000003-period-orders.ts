import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** The order of closed periods, for reads beyond `keep`. Earlier builds do not read it, and keep it right: a trigger does. */
export class PeriodOrders1796400000003 implements MigrationInterface {
  readonly name = 'PeriodOrders1796400000003';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'period-orders');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this table');
  }
}
