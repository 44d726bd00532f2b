import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether a command is taken back is decided by the event that `reverses` it, and by nothing else. The id of that event is random, of
 * version 4: commands have 7 and 8, so none can be made that stands in the way of a reversal. Before, it was computed from the command's.
 *
 * It is planned anew each time: a plan made while the index was empty would look through every event.
 *
 * The index holds reversals alone, so an update pays nothing for it. It is made by one pass over the events; see docs/operations.md.
 */
export class Reversals1764000000071 implements MigrationInterface {
  readonly name = 'Reversals1764000000071';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INDEX);
    await replaceReverseScores(runner, RANDOM_ID, BY_REVERSES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaceReverseScores(runner, COMPUTED_ID, BY_ID);
    await runner.query('DROP INDEX score_event_reverses');
  }
}

const INDEX = 'CREATE UNIQUE INDEX IF NOT EXISTS score_event_reverses ON score_event (leaderboard_id, reverses) WHERE reverses IS NOT NULL';

const RANDOM_ID = 'gen_random_uuid()';
const BY_REVERSES = 'reverses = asked.id';

const DIGITS = `encode(sha256(convert_to('reversal ' || asked.id, 'UTF8')), 'hex')`;
const COMPUTED_ID = `(left(replace(asked.id::text, '-', ''), 12) || '8' || left(${DIGITS}, 3) || 'a' || substr(${DIGITS}, 4, 15))::uuid`;
const BY_ID = `command_id = ${COMPUTED_ID}`;

/** For the rest see the migration Moderation, and for what it acts as FunctionsOfTheOwner: replaced, a function keeps its owner and its grants. */
async function replaceReverseScores(runner: QueryRunner, id: string, isReversed: string): Promise<void> {
  const [{ schema }] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as [{ schema: string }];
  await runner.query(`
    CREATE OR REPLACE FUNCTION reverse_scores(
      board smallint, command_ids uuid[],
      OUT range_from bigint, OUT range_to bigint, OUT known integer, OUT points bigint, OUT standings text
    ) LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = ${schema}, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
    AS $$
    DECLARE
      inserted bigint;
    BEGIN
      SELECT last_seq INTO STRICT range_from FROM leaderboard WHERE id = board FOR NO KEY UPDATE;

      INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, reverses)
      SELECT board,
             range_from + row_number() OVER (ORDER BY earned.seq),
             ${id},
             earned.user_id,
             -earned.score_increment,
             total.score - sum(earned.score_increment) OVER (PARTITION BY earned.user_id ORDER BY earned.seq),
             earned.action,
             earned.command_id
        FROM (SELECT DISTINCT id FROM unnest(command_ids) AS id) AS asked
       CROSS JOIN LATERAL (SELECT * FROM score_event WHERE leaderboard_id = board AND command_id = asked.id AND score_increment > 0 LIMIT 1) AS earned
       CROSS JOIN LATERAL (SELECT score FROM score_total WHERE leaderboard_id = board AND user_id = earned.user_id LIMIT 1) AS total
        LEFT JOIN LATERAL (SELECT true AS is_known FROM score_event WHERE leaderboard_id = board AND ${isReversed} LIMIT 1) AS before ON true
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
}
