import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a moderator changes: `reverse_scores` takes commands back, `set_hidden` hides a user or shows one again.
 *
 * Both write the ledger as `apply_scores` does: they take turns with it on the leaderboard's row, number their events in the same
 * sequence, and tell absolute standings. So whatever follows the events finds these changes as well, also a build that does not
 * know them. Hiding is an event of zero points: it has a number, and sums do not notice it.
 *
 * A reversal's id is a UUIDv8 from the SHA-256 of the id that it reverses, so the unique index on ids lets a command be reversed
 * once. Its first 48 bits are those of the reversed id, which keeps the index local. LIMIT is there for the plan: see `apply_scores`.
 */
export class Moderation1764000000010 implements MigrationInterface {
  readonly name = 'Moderation1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    // Without a default: no row is rewritten, and a build that does not know the column writes on.
    await runner.query('ALTER TABLE score_event ADD COLUMN reverses uuid');
    await runner.query(`
      CREATE FUNCTION reverse_scores(
        board smallint, command_ids uuid[],
        OUT range_from bigint, OUT range_to bigint, OUT known integer, OUT points bigint, OUT standings text
      ) LANGUAGE plpgsql
      SET enable_seqscan = off SET jit = off
      AS $$
      DECLARE
        inserted bigint;
      BEGIN
        SELECT last_seq INTO STRICT range_from FROM leaderboard WHERE id = board FOR NO KEY UPDATE;

        INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, reverses)
        SELECT board,
               range_from + row_number() OVER (ORDER BY earned.seq),
               reversal.id,
               earned.user_id,
               -earned.score_increment,
               total.score - sum(earned.score_increment) OVER (PARTITION BY earned.user_id ORDER BY earned.seq),
               earned.action,
               earned.command_id
          FROM (SELECT DISTINCT id FROM unnest(command_ids) AS id) AS asked
         CROSS JOIN LATERAL (SELECT encode(sha256(convert_to('reversal ' || asked.id, 'UTF8')), 'hex') AS digits) AS hash
         CROSS JOIN LATERAL (SELECT (left(replace(asked.id::text, '-', ''), 12) || '8' || left(digits, 3) || 'a' || substr(digits, 4, 15))::uuid AS id) AS reversal
         CROSS JOIN LATERAL (SELECT * FROM score_event WHERE leaderboard_id = board AND command_id = asked.id AND score_increment > 0 LIMIT 1) AS earned
         CROSS JOIN LATERAL (SELECT score FROM score_total WHERE leaderboard_id = board AND user_id = earned.user_id LIMIT 1) AS total
          LEFT JOIN LATERAL (SELECT true AS is_known FROM score_event WHERE leaderboard_id = board AND command_id = reversal.id LIMIT 1) AS before ON true
         WHERE before.is_known IS NULL;
        GET DIAGNOSTICS inserted = ROW_COUNT;
        range_to := range_from + inserted;
        points := 0;

        IF inserted > 0 THEN
          SELECT -sum(score_increment) INTO points
            FROM (SELECT score_increment FROM score_event WHERE leaderboard_id = board AND seq > range_from ORDER BY leaderboard_id, seq LIMIT inserted) AS added;
          INSERT INTO score_total AS total (leaderboard_id, user_id, score, reached_at, version)
          SELECT board, user_id, min(score_after), max(seq), max(seq)
            FROM (SELECT user_id, score_after, seq FROM score_event WHERE leaderboard_id = board AND seq > range_from
                   ORDER BY leaderboard_id, seq LIMIT inserted) AS added
           GROUP BY user_id ORDER BY user_id
          ON CONFLICT (leaderboard_id, user_id) DO UPDATE
             SET score = excluded.score, reached_at = excluded.reached_at, version = excluded.version;
          UPDATE leaderboard SET last_seq = range_to WHERE id = board;
        END IF;

        SELECT count(*) INTO known
          FROM (SELECT DISTINCT id FROM unnest(command_ids) AS id) AS asked
         CROSS JOIN LATERAL (SELECT FROM score_event WHERE leaderboard_id = board AND command_id = asked.id AND score_increment > 0 LIMIT 1) AS earned;

        SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\\n') INTO standings
          FROM (SELECT DISTINCT earned.user_id AS id
                  FROM unnest(command_ids) AS asked
                 CROSS JOIN LATERAL (SELECT user_id FROM score_event WHERE leaderboard_id = board AND command_id = asked LIMIT 1) AS earned) AS batch
         CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = board AND user_id = batch.id LIMIT 1) AS total;
      END $$`);
    await runner.query(`
      CREATE FUNCTION set_hidden(board smallint, target text, is_hidden boolean, OUT range_from bigint, OUT range_to bigint, OUT standings text)
      LANGUAGE plpgsql
      SET enable_seqscan = off SET jit = off
      AS $$
      DECLARE
        held score_total;
      BEGIN
        SELECT last_seq INTO STRICT range_from FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
        range_to := range_from;

        SELECT * INTO held FROM score_total WHERE leaderboard_id = board AND user_id = target COLLATE "C" LIMIT 1;
        IF is_hidden <> coalesce(held.hidden, false) THEN
          range_to := range_from + 1;
          INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after)
          VALUES (board, range_to, gen_random_uuid(), target, 0, coalesce(held.score, 0));
          INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version, hidden) VALUES (board, target, 0, range_to, range_to, is_hidden)
          ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version, hidden = excluded.hidden;
          UPDATE leaderboard SET last_seq = range_to WHERE id = board;
        END IF;

        SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\\n') INTO standings
          FROM score_total WHERE leaderboard_id = board AND user_id = target COLLATE "C";
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION set_hidden, reverse_scores');
    await runner.query('ALTER TABLE score_event DROP COLUMN reverses');
  }
}
