-- The functions that decide whether a period counts an event, with points that moved from a guest to a player: whether such an event came late, its
-- `counted_seq` decides.

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
CREATE OR REPLACE FUNCTION reverse_commands(
  board smallint, command_ids uuid[],
  OUT range_from bigint, OUT range_to bigint, OUT known integer, OUT points bigint, OUT standings text, OUT period_standings text
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  inserted       bigint;
  originals      score_event[];
  counted_ids    uuid[];
  counted_keys   smallint[];
  counted_users  text[];
  counted_points bigint[];
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from
    FROM leaderboard WHERE id = board;

  SELECT array_agg(event) INTO originals
    FROM (SELECT DISTINCT id FROM unnest(command_ids) AS id) AS asked
   CROSS JOIN LATERAL (SELECT stored FROM score_event AS stored WHERE +leaderboard_id = board AND command_id = asked.id AND score_increment > 0 LIMIT 1) AS one(event);

  -- The periods that counted them: the same rule as in `apply_commands`, with what was open when the event was written.
  SELECT array_agg(original.command_id), array_agg(period.key), array_agg(original.user_id), array_agg(original.score_increment)
    INTO counted_ids, counted_keys, counted_users, counted_points
    FROM unnest(originals) AS original
    JOIN board_period AS period
      ON original.seq > period.opened_seq AND (period.closed_seq IS NULL OR original.seq <= period.closed_seq)
     AND coalesce(original.accepted_at, original.at) < period.ends_at
     AND (coalesce(original.accepted_at, original.at) >= period.starts_at
          OR coalesce(original.accepted_at, original.at) >= period.late_from AND coalesce(original.counted_seq, original.seq) > period.late_seq)
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
      FROM (SELECT counted.key, counted.user_id, sum(counted.points) AS points, max(reversal.seq) AS seq
              FROM unnest(counted_ids, counted_keys, counted_users, counted_points) AS counted(id, key, user_id, points)
             CROSS JOIN LATERAL (SELECT seq FROM score_event WHERE leaderboard_id = board AND reverses = counted.id LIMIT 1) AS reversal
             WHERE reversal.seq > range_from
             GROUP BY counted.key, counted.user_id) AS taken
     WHERE leaderboard_id = taken.key AND score_total.user_id = taken.user_id;
  END IF;

  known := coalesce(cardinality(originals), 0);

  SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n') INTO standings
    FROM (SELECT DISTINCT earned.user_id AS id
            FROM unnest(command_ids) AS asked
           CROSS JOIN LATERAL (SELECT user_id FROM score_event WHERE +leaderboard_id = board AND command_id = asked LIMIT 1) AS earned) AS batch
   CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = board AND user_id = batch.id LIMIT 1) AS total;
  SELECT string_agg(concat_ws(' ', batch.key, user_id, score, reached_at, version, hidden::integer), E'\n') INTO period_standings
    FROM (SELECT DISTINCT key, id FROM unnest(counted_keys, counted_users) AS counted(key, id)) AS batch
   CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = batch.key AND user_id = batch.id LIMIT 1) AS total;
END $$;

-- Counts the newest `page` events that an open period does not count yet, as far as they belong in it. `looked` is null if there is nothing to do: the
-- period is whole or closed. What was reversed meanwhile adds nothing, but moves the user's place in a tie, as it would have. If totals
-- change, they get a sequence number of their own as their version, so that every copy takes them as newer; no event has that number.
CREATE OR REPLACE FUNCTION fill_period(
  period smallint, page integer,
  OUT range_from bigint, OUT range_to bigint, OUT standings text, OUT period_standings text, OUT looked integer, OUT counted integer, OUT is_whole boolean
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  filling board_period;
  first_seq bigint;
BEGIN
  PERFORM FROM leaderboard WHERE id = 1 FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = 1 ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from FROM leaderboard WHERE id = 1;
  range_to := range_from;
  SELECT * INTO filling FROM board_period WHERE key = period AND closed_at IS NULL AND counts_from IS NOT NULL;
  IF NOT FOUND THEN RETURN; END IF;

  WITH looked_at AS MATERIALIZED (
    SELECT * FROM score_event WHERE leaderboard_id = 1 AND seq <= filling.opened_seq ORDER BY seq DESC LIMIT page
  ), earned AS MATERIALIZED (
    SELECT user_id, CASE WHEN reversal.seq IS NULL THEN score_increment ELSE 0 END AS points, coalesce(reversal.seq, event.seq) AS reached_at
      FROM looked_at AS event
      LEFT JOIN LATERAL (SELECT seq FROM score_event WHERE leaderboard_id = 1 AND reverses = event.command_id LIMIT 1) AS reversal ON true
     WHERE score_increment > 0 AND coalesce(accepted_at, at) < filling.ends_at
       AND (coalesce(accepted_at, at) >= filling.starts_at OR coalesce(accepted_at, at) >= filling.late_from AND coalesce(event.counted_seq, event.seq) > filling.late_seq)
       AND (filling.actions IS NULL OR action LIKE ANY (filling.actions))
  ), total AS (
    INSERT INTO score_total AS total (leaderboard_id, user_id, score, reached_at, version, hidden)
    SELECT period, user_id, sum(points), max(earned.reached_at), range_from + 1, bool_or(everything.hidden)
      FROM earned CROSS JOIN LATERAL (SELECT hidden FROM score_total WHERE leaderboard_id = 1 AND user_id = earned.user_id LIMIT 1) AS everything
     GROUP BY user_id ORDER BY user_id
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE
       SET score = total.score + excluded.score, reached_at = greatest(total.reached_at, excluded.reached_at), version = excluded.version
    RETURNING user_id, score, reached_at, version, hidden
  )
  SELECT string_agg(concat_ws(' ', period, user_id, score, reached_at, version, hidden::integer), E'\n'),
         (SELECT count(*) FROM looked_at), (SELECT min(seq) FROM looked_at), (SELECT count(*) FROM earned)
    INTO period_standings, looked, first_seq, counted FROM total;

  IF counted > 0 THEN
    range_to := range_from + 1;
    UPDATE leaderboard SET floor_seq = range_to WHERE id = 1;
  END IF;
  UPDATE board_period SET opened_seq = first_seq - 1 WHERE key = period;
  UPDATE board_period SET counts_from = newest_uncounted(board_period) WHERE key = period RETURNING counts_from IS NULL INTO is_whole;
END $$;

-- Tells the oldest closing that is not told: stores how the period was after its last event. Returns whether there was one. Only moderation changes totals
-- after that event, also before this call: what it changed is taken from the history, by the rule of `reverse_commands`. So the result is the same whenever
-- this runs. The totals of the period are read twice.
CREATE OR REPLACE FUNCTION tell_closing() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  untold bigint;
  closed board_period;
BEGIN
  SELECT seq, period INTO untold, closed.key FROM board_closing WHERE players IS NULL ORDER BY seq LIMIT 1;
  IF untold IS NULL THEN RETURN false; END IF;
  SELECT * INTO closed FROM board_period WHERE key = closed.key;

  WITH unchanged AS MATERIALIZED (
    SELECT count(*) FILTER (WHERE version <= closed.closed_seq AND NOT hidden AND score > 0) AS players,
           array_agg(user_id) FILTER (WHERE version > closed.closed_seq) AS others
      FROM score_total WHERE leaderboard_id = closed.key
  ), changed AS MATERIALIZED (
    SELECT past.score, past.reached_at FROM unchanged CROSS JOIN LATERAL unnest(others) AS other(user_id)
     CROSS JOIN LATERAL (
       SELECT sum(CASE WHEN reversal.seq IS NULL THEN earned.score_increment ELSE 0 END)::bigint AS score, max(coalesce(reversal.seq, earned.seq)) AS reached_at
         FROM score_event AS earned
         LEFT JOIN score_event AS reversal ON reversal.leaderboard_id = 1 AND reversal.reverses = earned.command_id AND reversal.seq <= closed.closed_seq
        WHERE earned.leaderboard_id = 1 AND earned.user_id = other.user_id AND earned.seq > closed.opened_seq AND earned.seq <= closed.closed_seq
          AND earned.score_increment > 0 AND coalesce(earned.accepted_at, earned.at) < closed.ends_at
          AND (coalesce(earned.accepted_at, earned.at) >= closed.starts_at
               OR coalesce(earned.accepted_at, earned.at) >= closed.late_from AND coalesce(earned.counted_seq, earned.seq) > closed.late_seq)
          AND (closed.actions IS NULL OR earned.action LIKE ANY (closed.actions))) AS past
     WHERE past.score > 0
       AND (SELECT count(*) % 2 = 0 FROM score_event AS hiding
             WHERE hiding.user_id = other.user_id AND +hiding.leaderboard_id = 1 AND hiding.score_increment = 0 AND hiding.seq <= closed.closed_seq)
  ), best AS MATERIALIZED (
    SELECT score, reached_at FROM (
      (SELECT score, reached_at FROM score_total
        WHERE leaderboard_id = closed.key AND version <= closed.closed_seq AND NOT hidden AND score > 0 ORDER BY score DESC, reached_at LIMIT 100)
       UNION ALL
      SELECT score, reached_at FROM changed) AS candidate
     ORDER BY score DESC, reached_at LIMIT 100
  )
  UPDATE board_closing SET
    players = (SELECT players FROM unchanged) + (SELECT count(*) FROM changed),
    places  = (SELECT coalesce(array_agg(reached_at ORDER BY score DESC, reached_at), '{}') FROM best),
    scores  = (SELECT coalesce(array_agg(score ORDER BY score DESC, reached_at), '{}') FROM best)
   WHERE seq = untold AND players IS NULL;
  RETURN true;
END $$;
