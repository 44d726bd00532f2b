import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from './build-index';

/** Indexes to find users by name, and to find the profiles that are not coded yet. */
export class NameIndexes1797100000001 implements MigrationInterface {
  readonly name = 'NameIndexes1797100000001';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'profile_name_code', 'profile (name_code) WHERE name_code IS NOT NULL');
    await buildIndex(runner, 'profile_not_coded', 'profile (user_id) WHERE coded_version IS DISTINCT FROM version');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these indexes');
  }
}
