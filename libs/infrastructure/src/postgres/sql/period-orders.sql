-- The order of each closed period, for reads after its ranking in Redis is deleted: ranks, top and neighbors without a scan of the totals.
SET LOCAL lock_timeout = '2s';

-- When its order was found right. Null until then: reads scan the totals. `order_seq` is set once the order is written: the last event before that began.
ALTER TABLE board_period ADD COLUMN ordered_at timestamptz, ADD COLUMN order_seq bigint;

-- A thousand users of a closed period who stand next to each other, in no order: their scores, and their `reached_at` in `places`. A place is the number of an
-- event of the user, as in board_closing, so a user who is renamed in score_event is renamed here. The pair (score, -reached_at) orders like the board: a block
-- has the users from its own pair (score, late) on, up to the next better block. The worst block begins at (0, 0), so each user has one.
CREATE TABLE period_block (
  period  smallint NOT NULL,
  score   bigint   NOT NULL,
  late    bigint   NOT NULL,
  players integer  NOT NULL,
  scores  bigint[] NOT NULL,
  places  bigint[] NOT NULL,
  PRIMARY KEY (period, score, late)
);

-- Takes one of two steps for a period that is closed and told and has no order. Returns whether there was one. The first step writes the order, from all totals
-- of the period, without the writers' lock. The second, a transaction of its own so that writers do not wait until the order is on disk, looks under the lock
-- whether a moderator changed any user meanwhile; then the order is deleted, and written again.
CREATE FUNCTION write_order() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off SET work_mem = '64MB'
AS $$
DECLARE
  closed   smallint;
  seen_seq bigint;
BEGIN
  SELECT key, order_seq INTO closed, seen_seq FROM board_period
   WHERE closed_at IS NOT NULL AND ordered_at IS NULL AND dropped_at IS NULL
     AND NOT EXISTS (SELECT FROM board_closing AS closing WHERE closing.period = key AND closing.players IS NULL)
   ORDER BY key LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
  IF closed IS NULL THEN RETURN false; END IF;
  IF seen_seq IS NULL THEN
    UPDATE board_period SET order_seq = coalesce((SELECT seq FROM score_event WHERE leaderboard_id = 1 ORDER BY leaderboard_id DESC, seq DESC LIMIT 1), 0) WHERE key = closed;
    INSERT INTO period_block (period, score, late, players, scores, places)
    SELECT closed, coalesce(max(score) FILTER (WHERE number % 1000 = 0), 0), coalesce(max(-reached_at) FILTER (WHERE number % 1000 = 0), 0),
           count(*), array_agg(score), array_agg(reached_at)
      FROM (SELECT score, reached_at, row_number() OVER (ORDER BY score DESC, reached_at) AS number
              FROM score_total WHERE +leaderboard_id = closed AND NOT hidden AND score > 0) AS ranked
     GROUP BY (number - 1) / 1000;
    INSERT INTO period_block VALUES (closed, 0, 0, 0, '{}', '{}') ON CONFLICT DO NOTHING;
    RETURN true;
  END IF;

  PERFORM FROM leaderboard WHERE id = 1 FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM score_event WHERE leaderboard_id = 1 AND seq > seen_seq AND score_increment <= 0) THEN
    DELETE FROM period_block WHERE period = closed;
    UPDATE board_period SET order_seq = NULL WHERE key = closed;
  ELSE
    UPDATE board_period SET ordered_at = clock_timestamp() WHERE key = closed;
  END IF;
  RETURN true;
END $$;

-- Only a moderator's change lowers a score, and hides or shows a user. In a period that has an order, the user leaves one place of it and takes another.
CREATE FUNCTION move_in_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off
AS $$
BEGIN
  IF OLD.score > 0 AND NOT OLD.hidden THEN
    UPDATE period_block AS block SET players = players - 1, scores = scores[:at - 1] || scores[at + 1:], places = places[:at - 1] || places[at + 1:]
      FROM (SELECT score, late, array_position(places, OLD.reached_at) AS at FROM period_block
             WHERE period = OLD.leaderboard_id AND (score, late) <= (OLD.score, -OLD.reached_at) ORDER BY score DESC, late DESC LIMIT 1) AS held
     WHERE period = OLD.leaderboard_id AND block.score = held.score AND block.late = held.late;
  END IF;
  IF NEW.score > 0 AND NOT NEW.hidden THEN
    UPDATE period_block AS block SET players = players + 1, scores = scores || NEW.score, places = places || NEW.reached_at
      FROM (SELECT score, late FROM period_block
             WHERE period = NEW.leaderboard_id AND (score, late) <= (NEW.score, -NEW.reached_at) ORDER BY score DESC, late DESC LIMIT 1) AS held
     WHERE period = NEW.leaderboard_id AND block.score = held.score AND block.late = held.late;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER score_total_moved AFTER UPDATE ON score_total FOR EACH ROW
  WHEN (NEW.leaderboard_id > 1 AND (NEW.score < OLD.score OR NEW.hidden <> OLD.hidden)) EXECUTE FUNCTION move_in_order();

-- Deletes at most `page` totals of a period, and its order, and returns how many. Nothing of one that has not ended, is not closed, or whose closing is not told.
-- The first call marks the period. Totals that a moderator's change holds are left for the next call, so that neither waits for the other.
CREATE OR REPLACE FUNCTION drop_totals(period smallint, page integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  deleted integer;
BEGIN
  UPDATE board_period SET dropped_at = coalesce(dropped_at, clock_timestamp())
   WHERE key = drop_totals.period AND closed_at IS NOT NULL AND ends_at <= clock_timestamp()
     AND NOT EXISTS (SELECT FROM board_closing AS closing WHERE closing.period = key AND closing.players IS NULL);
  IF NOT FOUND THEN RETURN 0; END IF;
  DELETE FROM period_block AS block WHERE block.period = drop_totals.period;
  -- Materialized, so that it is read once: read again for each row, it would find the next ones, and more than `page` would be deleted.
  WITH first_page AS MATERIALIZED (
    SELECT user_id FROM score_total WHERE leaderboard_id = drop_totals.period ORDER BY user_id LIMIT page FOR UPDATE SKIP LOCKED
  )
  DELETE FROM score_total WHERE leaderboard_id = drop_totals.period AND user_id IN (SELECT user_id FROM first_page);
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;

REVOKE EXECUTE ON FUNCTION write_order, move_in_order FROM PUBLIC;
