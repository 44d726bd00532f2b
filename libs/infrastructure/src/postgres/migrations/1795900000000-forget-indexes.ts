import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from './build-index';

/**
 * Indexes to find a user in rejections, in the list of hidden users and in the audit log. Those of rejections do not begin with `leaderboard_id`: where the table is
 * taken for empty, PostgreSQL might use it to look up a command instead of the key, and read every row.
 */
export class ForgetIndexes1795900000000 implements MigrationInterface {
  readonly name = 'ForgetIndexes1795900000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'score_rejection_user', 'score_rejection (user_id)');
    await buildIndex(runner, 'score_rejection_issued_by', 'score_rejection (issued_by) WHERE issued_by IS NOT NULL');
    await buildIndex(runner, 'hidden_user_hidden_by', 'hidden_user (leaderboard_id, hidden_by)');
    await buildIndex(runner, 'audit_log_actor', 'audit_log (actor)');
    await buildIndex(runner, 'audit_log_details', 'audit_log USING gin (details)');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with these indexes');
  }
}
