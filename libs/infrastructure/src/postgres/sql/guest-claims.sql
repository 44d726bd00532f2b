-- The points of a guest move to a player: each command that the guest earned gets an event with its negative points for the guest, and one with its points
-- for the player, in the sequence of all events. So the history of both still adds up to the score of both.
SET LOCAL lock_timeout = '2s';

-- The other side of a move: of the player's event, the guest's command; of the guest's event, the player's event. Null in all other events.
ALTER TABLE score_event ADD COLUMN moved uuid;
-- The number by which a period decides whether the event came late: that of the guest's command. Null: its own.
ALTER TABLE score_event ADD COLUMN counted_seq bigint;

-- Which player has a guest's points. `points` and `updates` are what moved at the claim, `moved_points` with what came later. What the guest earned up to
-- `seq` has been looked at. Its rows stay, so a guest is claimed once.
CREATE TABLE guest_claim (
  guest_id     text        PRIMARY KEY COLLATE "C",
  player_id    text        NOT NULL COLLATE "C",
  claimed_at   timestamptz NOT NULL,
  max_points   bigint      NOT NULL,
  points       bigint      NOT NULL DEFAULT 0,
  updates      integer     NOT NULL DEFAULT 0,
  moved_points bigint      NOT NULL DEFAULT 0,
  seq          bigint      NOT NULL DEFAULT 0
);
CREATE INDEX guest_claim_player ON guest_claim (player_id);

-- Moves what a claimed guest earned after `claim.seq` and was accepted before the claim, as far as the points fit into `room`, oldest first. What was
-- reversed stays. The caller holds the writers' lock and has the newest sequence number.
--
-- A period that is closed does not change: the guest keeps these points there. In an open period that counted the command, the points move too: the
-- player's event has the command's moment of acceptance and `counted_seq`, so the rules by which periods count give the same answer for both.
CREATE FUNCTION move_points(board smallint, claim guest_claim, room bigint, range_from bigint, OUT points bigint, OUT updates integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  originals score_event[];
  new_ids   uuid[];
  guest     score_total;
  player    score_total;
BEGIN
  SELECT array_agg(event ORDER BY seq), array_agg(gen_random_uuid()), count(*), coalesce(sum(score_increment), 0) INTO originals, new_ids, updates, points
    FROM (SELECT event, earned.seq, earned.score_increment, sum(earned.score_increment) OVER (ORDER BY earned.seq) AS taken
            FROM (SELECT stored AS event, seq, command_id, score_increment FROM score_event AS stored
                   WHERE leaderboard_id = board AND user_id = claim.guest_id AND seq > claim.seq AND score_increment > 0
                     AND coalesce(accepted_at, at) <= claim.claimed_at) AS earned
            LEFT JOIN LATERAL (SELECT true AS is_known FROM score_event WHERE leaderboard_id = board AND reverses = earned.command_id LIMIT 1) AS before ON true
           WHERE before.is_known IS NULL) AS candidate
   WHERE taken <= room;
  IF updates = 0 THEN RETURN; END IF;
  SELECT * INTO guest FROM score_total WHERE leaderboard_id = board AND user_id = claim.guest_id;
  SELECT * INTO player FROM score_total WHERE leaderboard_id = board AND user_id = claim.player_id;

  INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, reverses, moved)
  SELECT board, range_from + ordinality, gen_random_uuid(), claim.guest_id, -score_increment, guest.score - sum(score_increment) OVER (ORDER BY ordinality),
         action, command_id, new_ids[ordinality]
    FROM unnest(originals) WITH ORDINALITY AS original;
  INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, moved, accepted_at, counted_seq)
  SELECT board, range_from + updates + ordinality, new_ids[ordinality], claim.player_id, score_increment,
         coalesce(player.score, 0) + sum(score_increment) OVER (ORDER BY ordinality), action, command_id, coalesce(accepted_at, at), coalesce(counted_seq, seq)
    FROM unnest(originals) WITH ORDINALITY AS original;

  UPDATE score_total SET score = score - points, reached_at = range_from + updates, version = range_from + updates
   WHERE leaderboard_id = board AND user_id = claim.guest_id;
  INSERT INTO score_total AS total (leaderboard_id, user_id, score, reached_at, version)
  VALUES (board, claim.player_id, points, range_from + 2 * updates, range_from + 2 * updates)
  ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET score = total.score + excluded.score, reached_at = excluded.reached_at, version = excluded.version;

  WITH counted AS MATERIALIZED (
    SELECT period.key, original.seq > period.opened_seq AS was_counted, score_increment, ordinality
      FROM unnest(originals) WITH ORDINALITY AS original
      JOIN board_period AS period
        ON period.closed_at IS NULL AND coalesce(accepted_at, at) < period.ends_at
       AND (coalesce(accepted_at, at) >= period.starts_at OR coalesce(accepted_at, at) >= period.late_from AND coalesce(counted_seq, seq) > period.late_seq)
       AND (period.actions IS NULL OR action LIKE ANY (period.actions))
  ), taken AS (
    UPDATE score_total SET score = score_total.score - lost.points, reached_at = range_from + lost.last, version = range_from + lost.last
      FROM (SELECT key, sum(score_increment) AS points, max(ordinality) AS last FROM counted WHERE was_counted GROUP BY key) AS lost
     WHERE leaderboard_id = lost.key AND user_id = claim.guest_id
  )
  INSERT INTO score_total AS total (leaderboard_id, user_id, score, reached_at, version, hidden)
  SELECT key, claim.player_id, sum(score_increment), range_from + updates + max(ordinality), range_from + updates + max(ordinality), coalesce(player.hidden, false)
    FROM counted GROUP BY key ORDER BY key
  ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET score = total.score + excluded.score, reached_at = excluded.reached_at, version = excluded.version;
END $$;

-- The standings of these users, as `apply_commands` returns them.
CREATE FUNCTION standings_of(board smallint, user_ids text[], OUT standings text, OUT period_standings text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off
AS $$
  SELECT (SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n')
            FROM unnest(user_ids) AS id CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = board AND user_id = id COLLATE "C" LIMIT 1) AS total),
         (SELECT string_agg(concat_ws(' ', key, user_id, score, reached_at, version, hidden::integer), E'\n')
            FROM unnest(user_ids) AS id CROSS JOIN (SELECT key FROM board_period WHERE closed_at IS NULL) AS period
           CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = period.key AND user_id = id COLLATE "C" LIMIT 1) AS total)
$$;

-- A player claims a guest, once. It writes like `apply_commands`. `refused` says why nothing moved: the guest is claimed by another player ('claimed') or
-- hidden ('hidden'), has more than `most_points` or more than `most_updates` ('too-much'), or the player's total would be too large ('total-limit'). A repeated claim changes
-- nothing, and returns what the first one moved.
CREATE FUNCTION claim_guest(
  board smallint, guest text, player text, most_points bigint, most_updates integer,
  OUT range_from bigint, OUT range_to bigint, OUT standings text, OUT period_standings text, OUT refused text, OUT points bigint, OUT updates integer
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  claim guest_claim;
  held  score_total;
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from
    FROM leaderboard WHERE id = board;
  range_to := range_from;

  SELECT * INTO claim FROM guest_claim WHERE guest_id = guest COLLATE "C";
  SELECT * INTO held FROM score_total WHERE leaderboard_id = board AND user_id = guest COLLATE "C" LIMIT 1;
  IF claim.player_id <> player COLLATE "C" THEN
    refused := 'claimed';
  ELSIF claim.guest_id IS NULL THEN
    refused := CASE
      WHEN held.hidden THEN 'hidden'
      WHEN held.score > most_points THEN 'too-much'
      WHEN held.score + (SELECT score FROM score_total WHERE leaderboard_id = board AND user_id = player COLLATE "C") > 9007199254740991 THEN 'total-limit'
      WHEN (SELECT count(*) FROM (SELECT FROM score_event WHERE leaderboard_id = board AND user_id = guest COLLATE "C" AND score_increment > 0 LIMIT most_updates + 1) AS earned) > most_updates
      THEN 'too-much' END;
  END IF;
  IF refused IS NOT NULL THEN RETURN; END IF;

  IF claim.guest_id IS NULL THEN
    INSERT INTO guest_claim (guest_id, player_id, claimed_at, max_points) VALUES (guest, player, clock_timestamp(), most_points) RETURNING * INTO claim;
    SELECT moved.points, moved.updates INTO claim.points, claim.updates FROM move_points(board, claim, most_points, range_from) AS moved;
    range_to := range_from + 2 * claim.updates;
    UPDATE guest_claim SET points = claim.points, updates = claim.updates, moved_points = claim.points, seq = range_to WHERE guest_id = claim.guest_id;
  END IF;
  points := claim.points;
  updates := claim.updates;
  SELECT found.standings, found.period_standings INTO standings, period_standings FROM standings_of(board, ARRAY[guest, player]) AS found;
END $$;

-- Moves what came from the queue after the guest was claimed, and was accepted before, as far as the limit of the claim and the player's total allow. What a
-- hidden guest earns stays. Each event is looked at once.
CREATE FUNCTION follow_claims(board smallint, guests text[], OUT range_from bigint, OUT range_to bigint, OUT standings text, OUT period_standings text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  claim guest_claim;
  named text[] := '{}';
  moved record;
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from
    FROM leaderboard WHERE id = board;
  range_to := range_from;
  FOR claim IN SELECT found.* FROM (SELECT DISTINCT id FROM unnest(guests) AS id) AS asked
                CROSS JOIN LATERAL (SELECT * FROM guest_claim WHERE guest_id = asked.id COLLATE "C" LIMIT 1) AS found ORDER BY guest_id LOOP
    SELECT * INTO moved FROM move_points(board, claim,
      CASE WHEN (SELECT hidden FROM score_total WHERE leaderboard_id = board AND user_id = claim.guest_id) THEN 0
           ELSE least(claim.max_points - claim.moved_points, 9007199254740991 - coalesce((SELECT score FROM score_total WHERE leaderboard_id = board AND user_id = claim.player_id), 0)) END,
      range_to);
    range_to := range_to + 2 * moved.updates;
    UPDATE guest_claim SET moved_points = moved_points + moved.points, seq = range_to WHERE guest_id = claim.guest_id;
    named := named || ARRAY[claim.guest_id, claim.player_id];
  END LOOP;
  SELECT found.standings, found.period_standings INTO standings, period_standings FROM standings_of(board, ARRAY(SELECT DISTINCT unnest(named))) AS found;
END $$;

REVOKE EXECUTE ON FUNCTION move_points, standings_of, claim_guest, follow_claims FROM PUBLIC;
