import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runSql } from './run-sql';

/** Points of guests that move to players. Earlier builds count moved points rightly, and leave late points with the guest. */
export class GuestClaims1797000000000 implements MigrationInterface {
  readonly name = 'GuestClaims1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runSql(runner, 'guest-claims', 'moved-points', 'rename-user-in-claims');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these tables and functions');
  }
}
