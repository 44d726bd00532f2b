import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger: one row a leaderboard, the append-only history, the totals, and why commands were rejected. */
export class Ledger1764000000000 implements MigrationInterface {
  readonly name = 'Ledger1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    // Writers of one leaderboard take turns on its row; a low fill factor keeps its updates on one page.
    await runner.query(`
      CREATE TABLE leaderboard (
        id        smallint PRIMARY KEY,
        name      text     NOT NULL UNIQUE,
        ledger_id uuid     NOT NULL DEFAULT gen_random_uuid(),
        last_seq  bigint   NOT NULL
      ) WITH (fillfactor = 10)`);
    // A new ledger starts above whatever was shown from one that was lost: see ScoreLedger.raiseSequenceFloor.
    await runner.query(`
      INSERT INTO leaderboard (id, name, last_seq)
      VALUES (1, 'global', floor(extract(epoch FROM clock_timestamp()))::bigint * 1048576)`);
    await runner.query(`
      CREATE TABLE score_event (
        seq             bigint      NOT NULL,
        score_after     bigint      NOT NULL CONSTRAINT total_limit CHECK (score_after BETWEEN 0 AND 9007199254740991),
        command_id      uuid        NOT NULL,
        at              timestamptz NOT NULL DEFAULT clock_timestamp(),
        score_increment bigint      NOT NULL,
        leaderboard_id  smallint    NOT NULL,
        user_id         text        NOT NULL COLLATE "C",
        action          text,
        issued_by       text,
        PRIMARY KEY (leaderboard_id, seq)
      )`);
    await runner.query('CREATE UNIQUE INDEX score_event_command ON score_event (leaderboard_id, command_id)');
    await runner.query('CREATE INDEX score_event_user ON score_event (leaderboard_id, user_id, seq)');
    // No index on the score: it would cost every update, and only reads while the leaderboard is cold would use it.
    await runner.query(`
      CREATE TABLE score_total (
        score          bigint   NOT NULL,
        reached_at     bigint   NOT NULL,
        version        bigint   NOT NULL,
        leaderboard_id smallint NOT NULL,
        hidden         boolean  NOT NULL DEFAULT false,
        user_id        text     NOT NULL COLLATE "C",
        PRIMARY KEY (leaderboard_id, user_id)
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE TABLE score_rejection (
        command_id      uuid        NOT NULL,
        at              timestamptz NOT NULL DEFAULT clock_timestamp(),
        score_increment bigint      NOT NULL,
        leaderboard_id  smallint    NOT NULL,
        user_id         text        NOT NULL COLLATE "C",
        issued_by       text,
        reason          text        NOT NULL,
        PRIMARY KEY (leaderboard_id, command_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE score_rejection, score_total, score_event, leaderboard');
  }
}
