-- Hides a user or shows the user again, and updates `hidden_user`. Hiding a hidden user again only changes the reason and the moderator.
CREATE FUNCTION set_hidden(
  board smallint, target text, is_hidden boolean, why text, moderator text,
  OUT range_from bigint, OUT range_to bigint, OUT standings text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
  SELECT changed.range_from, changed.range_to, changed.standings INTO range_from, range_to, standings
    FROM set_hidden_in_ledger(board, target, is_hidden) AS changed;
  IF range_to > range_from AND is_hidden THEN
    INSERT INTO hidden_user (leaderboard_id, user_id, seq, reason, hidden_by) VALUES (board, target, range_to, why, moderator)
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE
       SET seq = excluded.seq, since = excluded.since, reason = excluded.reason, hidden_by = excluded.hidden_by;
  ELSIF range_to > range_from THEN
    DELETE FROM hidden_user WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  ELSIF is_hidden AND why IS NOT NULL THEN
    UPDATE hidden_user SET reason = why, hidden_by = moderator WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  END IF;
END $$;

REVOKE EXECUTE ON FUNCTION set_hidden(smallint, text, boolean, text, text) FROM PUBLIC;
