-- Replaces a user with a pseudonym in one transaction, so the sum of the history always equals the total.
--
-- Most of the history is renamed before the row in the table `leaderboard` is locked. Under the lock, only newer events remain, so writers
-- hardly wait. Each statement sees what was committed before it (READ COMMITTED). Sequence numbers stay, so followers of the events do not
-- notice the change: the leaderboard must be rebuilt.
CREATE FUNCTION rename_user(board smallint, target text, pseudonym text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  renamed bigint;
  part    bigint;
BEGIN
  UPDATE score_event SET user_id = pseudonym WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS renamed = ROW_COUNT;
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  UPDATE score_event SET user_id = pseudonym WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE score_total SET user_id = pseudonym WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE score_rejection SET user_id = pseudonym WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE audit_log SET
    target  = CASE WHEN audit_log.target = rename_user.target THEN pseudonym ELSE audit_log.target END,
    actor   = CASE WHEN actor = rename_user.target THEN pseudonym ELSE actor END,
    address = CASE WHEN actor = rename_user.target THEN NULL ELSE address END,
    details = (SELECT jsonb_object_agg(key, CASE WHEN value = to_jsonb(rename_user.target) THEN to_jsonb(pseudonym) ELSE value END) FROM jsonb_each(details))
   WHERE audit_log.target = rename_user.target OR actor = rename_user.target
      OR EXISTS (SELECT FROM jsonb_each(details) WHERE value = to_jsonb(rename_user.target));
  GET DIAGNOSTICS part = ROW_COUNT;
  RETURN renamed + part;
END $$;

REVOKE EXECUTE ON FUNCTION rename_user FROM PUBLIC;
