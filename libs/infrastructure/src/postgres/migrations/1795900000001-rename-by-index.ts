import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** `rename_user` reads by index only. */
export class RenameByIndex1795900000001 implements MigrationInterface {
  readonly name = 'RenameByIndex1795900000001';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'rename-user-by-index');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this function');
  }
}
