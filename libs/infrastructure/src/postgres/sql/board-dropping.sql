-- Drops the totals of periods that are over. The events stay, and so does the row of the period: nothing else may take its key or its id.
SET LOCAL lock_timeout = '2s';

-- Nobody can read the period anymore, and its totals are being deleted.
ALTER TABLE board_period ADD COLUMN dropped_at timestamptz;

-- Deletes at most `page` totals of a period, and returns how many. Nothing of one that has not ended, is not closed, or whose closing is not told. The first
-- call marks the period. Totals that a moderator's change holds are left for the next call, so that neither waits for the other.
CREATE FUNCTION drop_totals(period smallint, page integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  deleted integer;
BEGIN
  UPDATE board_period SET dropped_at = coalesce(dropped_at, clock_timestamp())
   WHERE key = drop_totals.period AND closed_at IS NOT NULL AND ends_at <= clock_timestamp()
     AND NOT EXISTS (SELECT FROM board_closing AS closing WHERE closing.period = key AND closing.players IS NULL);
  IF NOT FOUND THEN RETURN 0; END IF;
  -- Materialized, so that it is read once: read again for each row, it would find the next ones, and more than `page` would be deleted.
  WITH first_page AS MATERIALIZED (
    SELECT user_id FROM score_total WHERE leaderboard_id = drop_totals.period ORDER BY user_id LIMIT page FOR UPDATE SKIP LOCKED
  )
  DELETE FROM score_total WHERE leaderboard_id = drop_totals.period AND user_id IN (SELECT user_id FROM first_page);
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;

REVOKE EXECUTE ON FUNCTION drop_totals FROM PUBLIC;
