-- Replaces a user with a pseudonym in one transaction, so the sum of the history always equals the total. The operator's name in audit entries
-- that were made at a console stays: it is not a user id.
--
-- Whatever takes long comes before the row in the table `leaderboard` is locked: rejections, the audit log and most of the history. Under the
-- lock, only newer events and lookups by index remain, so writers hardly wait. Each statement sees what was committed before it (READ
-- COMMITTED). Sequence numbers stay, so followers of the events do not notice the change: the leaderboard must be rebuilt.
--
-- Each statement finds its rows by an index, so the cost grows with what names the user, not with the tables. Values in `details` are found by a path
-- that matches any member, the only condition that an index of all members supports. `strict` does not look into arrays.
CREATE OR REPLACE FUNCTION rename_user(board smallint, target text, pseudonym text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  renamed bigint;
  part    bigint;
  named   jsonpath := format('strict $.* ? (@ == %s)', to_jsonb(target));
BEGIN
  UPDATE score_rejection SET user_id = pseudonym WHERE +leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS renamed = ROW_COUNT;
  UPDATE audit_log SET
    target  = CASE WHEN audit_log.target = rename_user.target THEN pseudonym ELSE audit_log.target END,
    actor   = CASE WHEN is_actor THEN pseudonym ELSE actor END,
    address = CASE WHEN is_actor THEN NULL ELSE address END,
    details = (SELECT jsonb_object_agg(key, CASE WHEN value = to_jsonb(rename_user.target) THEN to_jsonb(pseudonym) ELSE value END) FROM jsonb_each(details))
    FROM (SELECT entry, bool_or(found.is_actor) AS is_actor
            FROM (SELECT id AS entry, false AS is_actor FROM audit_log WHERE audit_log.target = rename_user.target
                   UNION ALL
                  SELECT id, true FROM audit_log WHERE actor = rename_user.target AND NOT coalesce(details ? 'console', false)
                   UNION ALL
                  SELECT id, false FROM audit_log WHERE details @? named) AS found
           GROUP BY entry) AS checked
   WHERE id = entry;
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE score_event SET user_id = pseudonym WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;

  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  UPDATE score_event SET user_id = pseudonym WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE score_total SET user_id = pseudonym WHERE leaderboard_id = board AND user_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE score_total SET user_id = pseudonym FROM board_period WHERE leaderboard_id = key AND score_total.user_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE guest_claim SET
    guest_id  = CASE WHEN guest_id = target COLLATE "C" THEN pseudonym ELSE guest_id END,
    player_id = CASE WHEN player_id = target COLLATE "C" THEN pseudonym ELSE player_id END
   WHERE guest_id = target COLLATE "C" OR player_id = target COLLATE "C";
  GET DIAGNOSTICS part = ROW_COUNT;
  renamed := renamed + part;
  UPDATE hidden_user SET
    user_id   = CASE WHEN user_id = target COLLATE "C" THEN pseudonym ELSE user_id END,
    hidden_by = CASE WHEN hidden_by = target COLLATE "C" THEN pseudonym ELSE hidden_by END
   WHERE leaderboard_id = board AND (user_id = target COLLATE "C" OR hidden_by = target COLLATE "C");
  GET DIAGNOSTICS part = ROW_COUNT;
  RETURN renamed + part;
END $$;
