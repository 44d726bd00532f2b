-- Reverses commands: each gets one event with its negative points.
--
-- Each period that counted a command loses its points too, also if it is closed.
--
-- It writes like `apply_commands`: it locks the same row in the table `leaderboard`, numbers its events in the same sequence and returns absolute
-- standings. So everything that follows the events sees reversals too.
--
-- A command counts as reversed if and only if an event `reverses` it. The id of that event is a random UUID of version 4. Command ids have
-- versions 7 and 8, so no command can have the id of a reversal.
--
-- Every call is planned again, because a plan made while the index score_event_reverses was empty would scan every event.
CREATE FUNCTION reverse_commands(
  board smallint, command_ids uuid[],
  OUT range_from bigint, OUT range_to bigint, OUT known integer, OUT points bigint, OUT standings text, OUT period_standings text
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  inserted bigint;
  originals    score_event[];
  counted_ids  uuid[];
  counted_keys smallint[];
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT max(seq) FROM score_event WHERE leaderboard_id = board)) INTO STRICT range_from
    FROM leaderboard WHERE id = board;

  SELECT array_agg(event) INTO originals
    FROM (SELECT DISTINCT id FROM unnest(command_ids) AS id) AS asked
   CROSS JOIN LATERAL (SELECT stored FROM score_event AS stored WHERE +leaderboard_id = board AND command_id = asked.id AND score_increment > 0 LIMIT 1) AS one(event);

  -- The periods that counted them: the same rule as in `apply_commands`, with what was open when the event was written.
  SELECT array_agg(original.command_id), array_agg(period.key) INTO counted_ids, counted_keys
    FROM unnest(originals) AS original
    JOIN board_period AS period
      ON original.seq > period.opened_seq AND (period.closed_seq IS NULL OR original.seq <= period.closed_seq)
     AND coalesce(original.accepted_at, original.at) < period.ends_at
     AND (coalesce(original.accepted_at, original.at) >= period.starts_at
          OR coalesce(original.accepted_at, original.at) >= period.late_from AND original.seq > period.late_seq)
     AND (period.actions IS NULL OR original.action LIKE ANY (period.actions));

  INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, reverses)
  SELECT board,
         range_from + row_number() OVER (ORDER BY earned.seq),
         gen_random_uuid(),
         earned.user_id,
         -earned.score_increment,
         total.score - sum(earned.score_increment) OVER (PARTITION BY earned.user_id ORDER BY earned.seq),
         earned.action,
         earned.command_id
    FROM unnest(originals) AS earned
   CROSS JOIN LATERAL (SELECT score FROM score_total WHERE leaderboard_id = board AND user_id = earned.user_id LIMIT 1) AS total
    LEFT JOIN LATERAL (SELECT true AS is_known FROM score_event WHERE leaderboard_id = board AND reverses = earned.command_id LIMIT 1) AS before ON true
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

    UPDATE score_total SET score = score_total.score - taken.points, reached_at = taken.seq, version = taken.seq
      FROM (SELECT counted.key, original.user_id, sum(original.score_increment) AS points, max(reversal.seq) AS seq
              FROM (SELECT seq, reverses FROM score_event WHERE leaderboard_id = board AND seq > range_from ORDER BY leaderboard_id, seq LIMIT inserted) AS reversal
              JOIN unnest(counted_ids, counted_keys) AS counted(id, key) ON counted.id = reversal.reverses
              JOIN unnest(originals) AS original ON original.command_id = counted.id
             GROUP BY counted.key, original.user_id) AS taken
     WHERE leaderboard_id = taken.key AND score_total.user_id = taken.user_id;
  END IF;

  known := coalesce(cardinality(originals), 0);

  SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n') INTO standings
    FROM (SELECT DISTINCT earned.user_id AS id
            FROM unnest(command_ids) AS asked
           CROSS JOIN LATERAL (SELECT user_id FROM score_event WHERE +leaderboard_id = board AND command_id = asked LIMIT 1) AS earned) AS batch
   CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = board AND user_id = batch.id LIMIT 1) AS total;
  SELECT string_agg(concat_ws(' ', batch.key, user_id, score, reached_at, version, hidden::integer), E'\n') INTO period_standings
    FROM (SELECT DISTINCT counted.key, original.user_id AS id
            FROM unnest(counted_ids, counted_keys) AS counted(id, key) JOIN unnest(originals) AS original ON original.command_id = counted.id) AS batch
   CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = batch.key AND user_id = batch.id LIMIT 1) AS total;
END $$;

REVOKE EXECUTE ON FUNCTION reverse_commands FROM PUBLIC;

-- For builds of version 0.2.0.
CREATE OR REPLACE FUNCTION reverse_scores(
  board smallint, command_ids uuid[],
  OUT range_from bigint, OUT range_to bigint, OUT known integer, OUT points bigint, OUT standings text
) LANGUAGE sql
SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT range_from, range_to, known, points, standings FROM reverse_commands(board, command_ids)
$$;
