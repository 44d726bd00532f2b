-- The part of `rename_user` for `hidden_user`; both are called in one statement.
CREATE FUNCTION rename_hidden_user(board smallint, target text, pseudonym text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  renamed bigint;
BEGIN
  UPDATE hidden_user SET
    user_id   = CASE WHEN user_id = target COLLATE "C" THEN pseudonym ELSE user_id END,
    hidden_by = CASE WHEN hidden_by = target COLLATE "C" THEN pseudonym ELSE hidden_by END
   WHERE leaderboard_id = board AND (user_id = target COLLATE "C" OR hidden_by = target COLLATE "C");
  GET DIAGNOSTICS renamed = ROW_COUNT;
  RETURN renamed;
END $$;

REVOKE EXECUTE ON FUNCTION rename_hidden_user FROM PUBLIC;
