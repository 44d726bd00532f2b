-- The closings of periods, as events of the ledger. A closing has a sequence number of its own, which no event in `score_event` has: it is the one after
-- the last that the period counted. `floor_seq` keeps it free.
SET LOCAL lock_timeout = '2s';

-- The content of `board.closed`: the number of players after the last event that the period counted, and the best 100, best first. `places` are their
-- `reached_at`: each is the number of an event of the user, so a user who is renamed in score_event is renamed here. Its content is written once; until then
-- `players` is null, and nobody reads events beyond it.
CREATE TABLE board_closing (
  seq     bigint   PRIMARY KEY,
  period  smallint NOT NULL UNIQUE REFERENCES board_period (key),
  players bigint,
  places  bigint[],
  scores  bigint[]
);
CREATE INDEX board_closing_untold ON board_closing (seq) WHERE players IS NULL;

-- Closes a period once: it counts nothing that is applied from now on. Returns whether this call closed it. A period that had not begun is closed without
-- an event.
CREATE OR REPLACE FUNCTION close_period(period smallint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  closed board_period;
BEGIN
  PERFORM FROM leaderboard WHERE id = 1 FOR NO KEY UPDATE;
  UPDATE board_period SET closed_at = clock_timestamp(), closed_seq = last_seq
    FROM (SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = 1 ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) AS last_seq FROM leaderboard WHERE id = 1) AS head
   WHERE key = period AND closed_at IS NULL
  RETURNING board_period.* INTO closed;
  UPDATE board_period SET late_from = closed.starts_at, late_seq = closed.closed_seq WHERE board = closed.board AND starts_at = closed.ends_at;
  IF closed.starts_at <= closed.closed_at THEN
    UPDATE leaderboard SET floor_seq = closed.closed_seq + 1 WHERE id = 1;
    INSERT INTO board_closing (seq, period) VALUES (closed.closed_seq + 1, closed.key);
  END IF;
  RETURN closed.key IS NOT NULL;
END $$;

-- Tells the oldest closing that is not told: stores how the period was after its last event. Returns whether there was one. Only moderation changes totals
-- after that event, also before this call: what it changed is taken from the history, by the rule of `reverse_commands`. So the result is the same whenever
-- this runs. The totals of the period are read twice.
CREATE FUNCTION tell_closing() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  untold bigint;
  closed board_period;
BEGIN
  SELECT seq, period INTO untold, closed.key FROM board_closing WHERE players IS NULL ORDER BY seq LIMIT 1;
  IF untold IS NULL THEN RETURN false; END IF;
  SELECT * INTO closed FROM board_period WHERE key = closed.key;

  WITH unchanged AS MATERIALIZED (
    SELECT count(*) FILTER (WHERE version <= closed.closed_seq AND NOT hidden AND score > 0) AS players,
           array_agg(user_id) FILTER (WHERE version > closed.closed_seq) AS others
      FROM score_total WHERE leaderboard_id = closed.key
  ), changed AS MATERIALIZED (
    SELECT past.score, past.reached_at FROM unchanged CROSS JOIN LATERAL unnest(others) AS other(user_id)
     CROSS JOIN LATERAL (
       SELECT sum(CASE WHEN reversal.seq IS NULL THEN earned.score_increment ELSE 0 END)::bigint AS score, max(coalesce(reversal.seq, earned.seq)) AS reached_at
         FROM score_event AS earned
         LEFT JOIN score_event AS reversal ON reversal.leaderboard_id = 1 AND reversal.reverses = earned.command_id AND reversal.seq <= closed.closed_seq
        WHERE earned.leaderboard_id = 1 AND earned.user_id = other.user_id AND earned.seq > closed.opened_seq AND earned.seq <= closed.closed_seq
          AND earned.score_increment > 0 AND coalesce(earned.accepted_at, earned.at) < closed.ends_at
          AND (coalesce(earned.accepted_at, earned.at) >= closed.starts_at
               OR coalesce(earned.accepted_at, earned.at) >= closed.late_from AND earned.seq > closed.late_seq)
          AND (closed.actions IS NULL OR earned.action LIKE ANY (closed.actions))) AS past
     WHERE past.score > 0
       AND (SELECT count(*) % 2 = 0 FROM score_event AS hiding
             WHERE hiding.user_id = other.user_id AND +hiding.leaderboard_id = 1 AND hiding.score_increment = 0 AND hiding.seq <= closed.closed_seq)
  ), best AS MATERIALIZED (
    SELECT score, reached_at FROM (
      (SELECT score, reached_at FROM score_total
        WHERE leaderboard_id = closed.key AND version <= closed.closed_seq AND NOT hidden AND score > 0 ORDER BY score DESC, reached_at LIMIT 100)
       UNION ALL
      SELECT score, reached_at FROM changed) AS candidate
     ORDER BY score DESC, reached_at LIMIT 100
  )
  UPDATE board_closing SET
    players = (SELECT players FROM unchanged) + (SELECT count(*) FROM changed),
    places  = (SELECT coalesce(array_agg(reached_at ORDER BY score DESC, reached_at), '{}') FROM best),
    scores  = (SELECT coalesce(array_agg(score ORDER BY score DESC, reached_at), '{}') FROM best)
   WHERE seq = untold AND players IS NULL;
  RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION tell_closing FROM PUBLIC;
