import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from './build-index';

/** The events with zero points: they hide a user and show the user again, in turn. Contains nothing else, so it does not slow down updates. */
export class HidingIndex1796200000001 implements MigrationInterface {
  readonly name = 'HidingIndex1796200000001';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'score_event_hiding', 'score_event (user_id, leaderboard_id, seq) WHERE score_increment = 0');
  }

  async down(): Promise<void> {
    throw new Error('not undone: earlier versions work with this index');
  }
}
