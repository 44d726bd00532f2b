-- Suspicious points: what rules of the operator found, until a moderator has decided about it.
--
-- Whatever changes a flag is an event of the ledger: it has a sequence number of its own, which no event in `score_event` has; `floor_seq` keeps it free. So
-- the changes of flags stand in one order with updates, and readers of events see them like closings of periods.
SET LOCAL lock_timeout = '2s';

-- One row for each flag. While it is open, further updates that break the same rule are added to it, up to 1,000; `last_seq` is the newest one, so an update that is
-- judged again changes nothing. `hidden_seq` is the event by which the flag hid the player: if the player is still hidden by that, the decision shows them again.
CREATE TABLE player_flag (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    text        NOT NULL COLLATE "C",
  rule       text        NOT NULL COLLATE "C",
  weight     smallint    NOT NULL,
  reason     text        NOT NULL,
  holds      boolean     NOT NULL,
  state      text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'cleared', 'confirmed')),
  raised_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seq   bigint      NOT NULL,
  updates    integer     NOT NULL DEFAULT 1,
  hidden_seq bigint,
  settled_at timestamptz,
  settled_by text        COLLATE "C",
  note       text
);
CREATE INDEX player_flag_user ON player_flag (user_id, rule, last_seq);
CREATE INDEX player_flag_review ON player_flag (state, weight, id);
CREATE INDEX player_flag_settled_by ON player_flag (settled_by) WHERE settled_by IS NOT NULL;

-- The updates that broke the rule, and whether this flag took their points back.
CREATE TABLE flag_update (
  flag     bigint  NOT NULL REFERENCES player_flag (id) ON DELETE CASCADE,
  seq      bigint  NOT NULL,
  is_taken boolean NOT NULL DEFAULT false,
  PRIMARY KEY (flag, seq)
);

-- The events of flags, with their numbers in the ledger; append-only.
CREATE TABLE flag_event (
  seq  bigint      PRIMARY KEY,
  flag bigint      NOT NULL REFERENCES player_flag (id) ON DELETE CASCADE,
  type text        NOT NULL,
  at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX flag_event_flag ON flag_event (flag);

-- Writes one event of a flag. The caller holds the lock of the ledger.
CREATE FUNCTION write_flag_event(board smallint, flag_id bigint, event_type text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  head bigint;
BEGIN
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) + 1 INTO STRICT head FROM leaderboard WHERE id = board;
  UPDATE leaderboard SET floor_seq = head WHERE id = board;
  INSERT INTO flag_event (seq, flag, type) VALUES (head, flag_id, event_type);
END $$;

-- Hides the player of a flag that holds, unless the player is hidden already. The caller holds the lock of the ledger.
CREATE FUNCTION hold_player(board smallint, flag_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  flag player_flag;
BEGIN
  SELECT * INTO STRICT flag FROM player_flag WHERE id = flag_id;
  IF EXISTS (SELECT FROM hidden_user WHERE leaderboard_id = board AND user_id = flag.user_id) THEN RETURN; END IF;
  INSERT INTO audit_log (id, act, actor, target, reason, details)
  VALUES (gen_random_uuid(), 'hold', 'rule:' || flag.rule, flag.user_id, 'held by rule ' || flag.rule, jsonb_build_object('flag', flag.id));
  UPDATE player_flag SET hidden_seq = hidden.range_to
    FROM hide_user(board, flag.user_id, true, 'held by rule ' || flag.rule, 'rule:' || flag.rule) AS hidden WHERE id = flag_id;
END $$;

-- Shows the player of a flag again, if it was a rule that hid them and no other open flag holds them. The caller holds the lock of the ledger.
CREATE FUNCTION release_player(board smallint, flag_id bigint, why text, moderator text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  flag player_flag;
BEGIN
  SELECT * INTO STRICT flag FROM player_flag WHERE id = flag_id;
  IF EXISTS (SELECT FROM player_flag WHERE user_id = flag.user_id AND state = 'open' AND holds) THEN RETURN; END IF;
  -- A moderator who hid the player meanwhile has replaced hidden_by, and decides when that ends.
  IF EXISTS (SELECT FROM hidden_user JOIN player_flag AS holder ON holder.hidden_seq = seq AND holder.user_id = hidden_user.user_id AND hidden_by = 'rule:' || holder.rule
              WHERE leaderboard_id = board AND hidden_user.user_id = flag.user_id) THEN
    PERFORM hide_user(board, flag.user_id, false, why, moderator);
  END IF;
END $$;

-- The standings of users in the form of `apply_commands`, on all boards, also in closed periods: hiding and taking back reach these too.
CREATE FUNCTION standings_on_all_boards(board smallint, users text[], OUT standings text, OUT period_standings text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off
AS $$
  SELECT (SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n')
            FROM score_total WHERE leaderboard_id = board AND user_id = ANY (users)),
         (SELECT string_agg(concat_ws(' ', key, user_id, score, reached_at, version, hidden::integer), E'\n')
            FROM board_period JOIN score_total ON leaderboard_id = key WHERE user_id = ANY (users))
$$;

-- Stores that updates broke rules. It may be called again with the same updates, by any number of processes: an update that is not newer than the newest one
-- that its rule found in its player is known. `raised` is the number of new flags.
CREATE FUNCTION raise_flags(
  board smallint, rules text[], seqs bigint[], weights smallint[], reasons text[], held boolean[],
  OUT range_from bigint, OUT range_to bigint, OUT standings text, OUT period_standings text, OUT raised integer
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  hit     record;
  flag_id bigint;
  users   text[] := '{}';
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from FROM leaderboard WHERE id = board;
  raised := 0;
  FOR hit IN
    SELECT broken.*, owner.user_id FROM unnest(rules, seqs, weights, reasons, held) WITH ORDINALITY AS broken(rule, seq, weight, reason, holds, place)
     CROSS JOIN LATERAL (SELECT user_id FROM score_event WHERE leaderboard_id = board AND score_event.seq = broken.seq LIMIT 1) AS owner
     ORDER BY broken.seq, broken.place
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM player_flag WHERE user_id = hit.user_id AND rule = hit.rule AND last_seq >= hit.seq);
    UPDATE player_flag SET updates = updates + 1, last_seq = hit.seq
     WHERE id = (SELECT max(id) FROM player_flag WHERE user_id = hit.user_id AND rule = hit.rule) AND state = 'open' AND updates < 1000
    RETURNING id INTO flag_id;
    IF NOT FOUND THEN
      INSERT INTO player_flag (user_id, rule, weight, reason, holds, last_seq) VALUES (hit.user_id, hit.rule, hit.weight, hit.reason, hit.holds, hit.seq) RETURNING id INTO flag_id;
      PERFORM write_flag_event(board, flag_id, 'player.flagged');
      IF hit.holds THEN PERFORM hold_player(board, flag_id); END IF;
      users := users || hit.user_id;
      raised := raised + 1;
    END IF;
    INSERT INTO flag_update (flag, seq) VALUES (flag_id, hit.seq);
  END LOOP;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_to FROM leaderboard WHERE id = board;
  SELECT own.standings, own.period_standings INTO standings, period_standings FROM standings_on_all_boards(board, users) AS own;
END $$;

-- Decides about an open flag (`cleared`, or `confirmed`, which takes the points of its updates back), or opens a decided one again (`open`). All in one
-- transaction: of two moderators one decides, and the other gets the state that the first one made, with `is_changed` false. Points that were taken back come
-- back as new updates of the same action and moment of acceptance; a period that is closed by then does not get them.
CREATE FUNCTION settle_flag(
  board smallint, flag_id bigint, outcome text, moderator text, why text,
  OUT range_from bigint, OUT range_to bigint, OUT standings text, OUT period_standings text, OUT is_changed boolean, OUT changed_updates integer, OUT points bigint
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  chosen player_flag;
  first  bigint;
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from FROM leaderboard WHERE id = board;
  range_to := range_from;
  changed_updates := 0;
  points := 0;
  SELECT * INTO chosen FROM player_flag WHERE id = flag_id;
  is_changed := coalesce((chosen.state = 'open') = (outcome <> 'open'), false);
  IF NOT is_changed THEN RETURN; END IF;
  UPDATE player_flag SET state = outcome, settled_at = clock_timestamp(), settled_by = moderator, note = why WHERE id = flag_id;

  IF outcome = 'confirmed' THEN
    SELECT reversal.points, reversal.range_to - reversal.range_from INTO points, changed_updates
      FROM reverse_commands(board, ARRAY(
        SELECT command_id FROM flag_update JOIN score_event ON leaderboard_id = board AND score_event.seq = flag_update.seq WHERE flag = flag_id)) AS reversal;
    UPDATE flag_update SET is_taken = true FROM score_event AS original, score_event AS reversal
     WHERE flag = flag_id AND original.leaderboard_id = board AND original.seq = flag_update.seq
       AND reversal.leaderboard_id = board AND reversal.reverses = original.command_id AND reversal.seq > range_from;
  ELSIF chosen.state = 'confirmed' THEN
    SELECT applied.range_from, applied.range_to - applied.range_from INTO first, changed_updates
      FROM (SELECT array_agg(gen_random_uuid() ORDER BY event.seq) AS ids, array_agg(user_id ORDER BY event.seq) AS users, array_agg(score_increment ORDER BY event.seq) AS increments,
                   array_agg(action ORDER BY event.seq) AS actions, array_agg(issued_by ORDER BY event.seq) AS issuers, array_agg(trace_id ORDER BY event.seq) AS traces,
                   array_agg(issuer ORDER BY event.seq) AS issuer_ids,
                   array_agg((extract(epoch FROM coalesce(accepted_at, at)) * 1000)::bigint ORDER BY event.seq) AS accepted
              FROM flag_update JOIN score_event AS event ON leaderboard_id = board AND event.seq = flag_update.seq WHERE flag = flag_id AND is_taken) AS taken
     CROSS JOIN LATERAL apply_commands(board, ids, users, increments, actions, issuers, traces, issuer_ids, accepted) AS applied
     WHERE ids IS NOT NULL;
    DELETE FROM flag_update WHERE flag = flag_id AND is_taken;
    INSERT INTO flag_update (flag, seq) SELECT flag_id, seq FROM score_event WHERE leaderboard_id = board AND seq > first AND seq <= first + changed_updates;
    SELECT coalesce(sum(score_increment), 0) INTO points FROM score_event WHERE leaderboard_id = board AND seq > first AND seq <= first + changed_updates;
    changed_updates := coalesce(changed_updates, 0);
  END IF;

  PERFORM write_flag_event(board, flag_id, CASE outcome WHEN 'open' THEN 'flag.reopened' ELSE 'flag.' || outcome END);
  IF outcome <> 'open' THEN PERFORM release_player(board, flag_id, why, moderator);
  ELSIF chosen.holds THEN PERFORM hold_player(board, flag_id);
  END IF;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_to FROM leaderboard WHERE id = board;
  SELECT own.standings, own.period_standings INTO standings, period_standings FROM standings_on_all_boards(board, ARRAY[chosen.user_id]) AS own;
END $$;

REVOKE EXECUTE ON FUNCTION write_flag_event, hold_player, release_player, standings_on_all_boards, raise_flags, settle_flag FROM PUBLIC;
