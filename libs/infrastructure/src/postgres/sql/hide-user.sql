-- Hides a user or shows the user again. Writes to the ledger like `apply_commands`: hiding is an event with zero points, which has a sequence number
-- and does not change totals. It hides the user on every board. Hiding a hidden user again only changes the reason and the moderator.
CREATE FUNCTION hide_user(
  board smallint, target text, is_hidden boolean, why text, moderator text,
  OUT range_from bigint, OUT range_to bigint, OUT standings text, OUT period_standings text
) LANGUAGE plpgsql
SECURITY DEFINER
SET enable_seqscan = off SET jit = off SET search_path FROM CURRENT
AS $$
DECLARE
  held score_total;
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from
    FROM leaderboard WHERE id = board;
  range_to := range_from;

  SELECT * INTO held FROM score_total WHERE leaderboard_id = board AND user_id = target COLLATE "C" LIMIT 1;
  IF is_hidden <> coalesce(held.hidden, false) THEN
    range_to := range_from + 1;
    INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after)
    VALUES (board, range_to, gen_random_uuid(), target, 0, coalesce(held.score, 0));
    INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version, hidden) VALUES (board, target, 0, range_to, range_to, is_hidden)
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version, hidden = excluded.hidden;
    UPDATE score_total SET version = range_to, hidden = is_hidden
      FROM board_period AS period WHERE leaderboard_id = period.key AND user_id = target COLLATE "C";
  END IF;

  IF range_to > range_from AND is_hidden THEN
    INSERT INTO hidden_user (leaderboard_id, user_id, seq, reason, hidden_by) VALUES (board, target, range_to, why, moderator)
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE
       SET seq = excluded.seq, since = excluded.since, reason = excluded.reason, hidden_by = excluded.hidden_by;
  ELSIF range_to > range_from THEN
    DELETE FROM hidden_user WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  ELSIF is_hidden AND why IS NOT NULL THEN
    UPDATE hidden_user SET reason = why, hidden_by = moderator WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  END IF;

  SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n') INTO standings
    FROM score_total WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  SELECT string_agg(concat_ws(' ', key, user_id, score, reached_at, version, hidden::integer), E'\n') INTO period_standings
    FROM board_period JOIN score_total ON leaderboard_id = key WHERE user_id = target COLLATE "C";
END $$;

REVOKE EXECUTE ON FUNCTION hide_user FROM PUBLIC;

-- For builds of version 0.2.0.
CREATE OR REPLACE FUNCTION set_hidden(
  board smallint, target text, is_hidden boolean, why text, moderator text,
  OUT range_from bigint, OUT range_to bigint, OUT standings text
) LANGUAGE sql
SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT range_from, range_to, standings FROM hide_user(board, target, is_hidden, why, moderator)
$$;
