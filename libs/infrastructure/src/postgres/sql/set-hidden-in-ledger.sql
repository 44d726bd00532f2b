-- The part of `set_hidden` that writes to the ledger, like `apply_scores`. Hiding is an event with zero points: it has a sequence number and
-- does not change totals.
CREATE FUNCTION set_hidden_in_ledger(board smallint, target text, is_hidden boolean, OUT range_from bigint, OUT range_to bigint, OUT standings text)
LANGUAGE plpgsql
SECURITY DEFINER
SET enable_seqscan = off SET jit = off SET search_path FROM CURRENT
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

  SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n') INTO standings
    FROM score_total WHERE leaderboard_id = board AND user_id = target COLLATE "C";
END $$;

REVOKE EXECUTE ON FUNCTION set_hidden_in_ledger FROM PUBLIC;
