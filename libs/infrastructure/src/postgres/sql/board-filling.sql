-- A board that is added later counts from then on. These fill its open periods with what came before: `opened_seq` moves back over the history, page by
-- page, in the transaction that adds the page to the totals. So at every moment a period counts exactly the events after `opened_seq`, and the rules of
-- `reverse_commands` hold for it.
SET LOCAL lock_timeout = '2s';

-- When the newest event was written that the period does not count and that may belong in it. Null if there is none: then the period is whole.
ALTER TABLE board_period ADD COLUMN counts_from timestamptz;

-- An event is written after its acceptance, and in the order of the numbers: if one is too old, all before it are.
CREATE FUNCTION newest_uncounted(period board_period) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off
AS $$
  SELECT at FROM (SELECT seq, at FROM score_event WHERE leaderboard_id = 1 AND seq <= period.opened_seq ORDER BY seq DESC LIMIT 1) AS newest
   WHERE at >= CASE WHEN seq > period.late_seq THEN period.late_from ELSE period.starts_at END
$$;

UPDATE board_period SET counts_from = newest_uncounted(board_period);

-- Opens a period of a board, if it is not open already. It begins to count at once.
CREATE OR REPLACE FUNCTION open_period(board_id text, period_id text, begins timestamptz, ends timestamptz, patterns text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM FROM leaderboard WHERE id = 1 FOR NO KEY UPDATE;
  INSERT INTO board_period (board, id, starts_at, ends_at, actions, opened_seq, late_from, late_seq)
  SELECT board_id, period_id, begins, ends, patterns, greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = 1 ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)),
         before.starts_at, before.closed_seq
    FROM leaderboard LEFT JOIN board_period AS before ON before.board = board_id AND before.ends_at = begins AND before.closed_at IS NOT NULL
   WHERE leaderboard.id = 1
  ON CONFLICT (board, id) DO NOTHING;
  IF FOUND THEN
    UPDATE board_period SET counts_from = newest_uncounted(board_period) WHERE board = board_id AND id = period_id;
  END IF;
END $$;

-- Counts the newest `page` events that an open period does not count yet, as far as they belong in it. `looked` is null if there is nothing to do: the
-- period is whole or closed. What was reversed meanwhile adds nothing, but moves the user's place in a tie, as it would have. If totals
-- change, they get a sequence number of their own as their version, so that every copy takes them as newer; no event has that number.
CREATE FUNCTION fill_period(
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
       AND (coalesce(accepted_at, at) >= filling.starts_at OR coalesce(accepted_at, at) >= filling.late_from AND event.seq > filling.late_seq)
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

REVOKE EXECUTE ON FUNCTION newest_uncounted, fill_period FROM PUBLIC;
