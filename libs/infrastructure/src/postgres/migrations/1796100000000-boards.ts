import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** Boards and their periods. The functions of version 0.2.0 stay, and count in them too. */
export class Boards1796100000000 implements MigrationInterface {
  readonly name = 'Boards1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'boards', 'apply-commands', 'reverse-commands', 'hide-user', 'rename-user-on-boards');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these tables');
  }
}
