-- The function that applies commands: a whole batch of commands in one round trip and one transaction.
--
-- The first statement locks the row in the table `leaderboard`, so writers take turns and sequence order is commit order. Each statement of
-- a plpgsql function has its own snapshot (READ COMMITTED): the statements after the lock see everything that the previous writer committed.
-- So looking up a command id cannot race with another writer, and totals are absolute.
--
-- One statement writes the totals and the events. The new total of a user, minus what the user earns later in the batch, is the score after each
-- event, so no score is looked up first. The statement takes every command as new. If one was applied before, or stands twice in the batch, the
-- unique index refuses it: then the known ones are looked up, and the others are written.
--
-- The newest number is found with ORDER BY and LIMIT, here and elsewhere: for max(seq), PostgreSQL reads every event while its statistics say that the
-- table is empty.
--
-- PostgreSQL caches the plans for the connection, and may create them while the tables are empty. LIMIT leaves only index lookups, one
-- for each command or user. Without LIMIT, PostgreSQL planned scans of the whole history, a hundred times slower. Nested loops are off, because
-- PostgreSQL plans for a batch of five commands and would compare each command with each user; what only a nested loop can do still uses one.
--
-- A command counts in the open period of each board that its moment of acceptance and its action choose; `global` counts
-- all. A moment that is later than now, from an api whose clock is ahead, is now.
--
-- `standings` has one line per user, "userId score reachedAt version hidden": parsing one text costs the client a third less than
-- parsing rows. `period_standings` has the same for periods, with the key of the period before the user.
-- A user id contains neither a space nor a line break: the callers' schemas check that.
CREATE FUNCTION apply_commands(
  board smallint, command_ids uuid[], user_ids text[], increments bigint[], actions text[], issuers text[], trace_ids uuid[], issuer_ids uuid[],
  accepted_ms bigint[],
  OUT range_from bigint, OUT range_to bigint, OUT conflicts integer[], OUT standings text, OUT period_standings text, OUT lock_wait_ms double precision
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET enable_seqscan = off SET enable_nestloop = off SET jit = off
AS $$
DECLARE
  asked    timestamptz := clock_timestamp();
  is_fresh boolean[];
  inserted bigint;
BEGIN
  PERFORM FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  lock_wait_ms := extract(epoch FROM clock_timestamp() - asked) * 1000;
  SELECT greatest(floor_seq, (SELECT seq FROM score_event WHERE leaderboard_id = board ORDER BY leaderboard_id DESC, seq DESC LIMIT 1)) INTO STRICT range_from
    FROM leaderboard WHERE id = board;

  LOOP
    BEGIN
      WITH fresh AS MATERIALIZED (
        SELECT command_id, user_id COLLATE "C" AS user_id, increment, action, issued_by, trace_id, issuer, least(to_timestamp(accepted / 1000.0), asked) AS accepted_at,
               range_from + row_number() OVER (ORDER BY place) AS seq,
               sum(increment) OVER (PARTITION BY user_id ORDER BY place DESC) - increment AS later
          FROM unnest(command_ids, user_ids, increments, actions, issuers, trace_ids, issuer_ids, accepted_ms, is_fresh)
               WITH ORDINALITY AS command(command_id, user_id, increment, action, issued_by, trace_id, issuer, accepted, is_fresh, place)
         WHERE command.is_fresh IS NOT FALSE
      ), total AS (
        INSERT INTO score_total AS total (leaderboard_id, user_id, score, reached_at, version)
        SELECT board, user_id, sum(increment), max(seq), max(seq) FROM fresh GROUP BY user_id ORDER BY user_id
        ON CONFLICT (leaderboard_id, user_id) DO UPDATE
           SET score = total.score + excluded.score, reached_at = excluded.reached_at, version = excluded.version
        RETURNING user_id, score, reached_at, version, hidden
      ), counted AS (
        SELECT period.key, fresh.user_id, increment, seq FROM board_period AS period
          JOIN fresh ON fresh.accepted_at < period.ends_at AND fresh.accepted_at >= coalesce(period.late_from, period.starts_at)
                    AND (period.actions IS NULL OR fresh.action LIKE ANY (period.actions))
         WHERE period.closed_at IS NULL
      ), period_total AS (
        INSERT INTO score_total AS total (leaderboard_id, user_id, score, reached_at, version, hidden)
        SELECT key, user_id, sum(increment), max(seq), max(seq), bool_or(hidden) FROM counted JOIN total USING (user_id) GROUP BY key, user_id ORDER BY key, user_id
        ON CONFLICT (leaderboard_id, user_id) DO UPDATE
           SET score = total.score + excluded.score, reached_at = excluded.reached_at, version = excluded.version
        RETURNING leaderboard_id, user_id, score, reached_at, version, hidden
      ), event AS (
        INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, issued_by, trace_id, issuer, accepted_at)
        SELECT board, fresh.seq, command_id, user_id, increment, total.score - later, action, issued_by, trace_id, issuer, accepted_at
          FROM fresh JOIN total USING (user_id) ORDER BY fresh.seq
      )
      SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n'), (SELECT count(*) FROM fresh),
             (SELECT string_agg(concat_ws(' ', leaderboard_id, user_id, score, reached_at, version, hidden::integer), E'\n') FROM period_total)
        INTO standings, inserted, period_standings FROM total;
      EXIT;
    EXCEPTION WHEN unique_violation THEN
      IF is_fresh IS NOT NULL THEN RAISE; END IF;
      SELECT array_agg(is_first AND before.is_known IS NULL ORDER BY place) INTO is_fresh
        FROM (SELECT command_id, place, row_number() OVER (PARTITION BY command_id ORDER BY place) = 1 AS is_first
                FROM unnest(command_ids) WITH ORDINALITY AS command(command_id, place)) AS command
        LEFT JOIN LATERAL (SELECT true AS is_known FROM score_event WHERE +leaderboard_id = board AND score_event.command_id = command.command_id LIMIT 1) AS before ON true;
    END;
  END LOOP;
  range_to := range_from + inserted;

  IF inserted < cardinality(command_ids) THEN
    SELECT array_agg(command.place::integer - 1) INTO conflicts
      FROM unnest(command_ids, user_ids, increments) WITH ORDINALITY AS command(command_id, user_id, increment, place)
     CROSS JOIN LATERAL (SELECT user_id, score_increment FROM score_event
                          WHERE +leaderboard_id = board AND score_event.command_id = command.command_id LIMIT 1) AS event
     WHERE event.user_id <> command.user_id COLLATE "C" OR event.score_increment <> command.increment;
    SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n') INTO standings
      FROM (SELECT DISTINCT id FROM unnest(user_ids) AS id) AS batch
     CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = board AND user_id = batch.id COLLATE "C" LIMIT 1) AS total;
    SELECT string_agg(concat_ws(' ', key, user_id, score, reached_at, version, hidden::integer), E'\n') INTO period_standings
      FROM (SELECT DISTINCT id FROM unnest(user_ids) AS id) AS batch
     CROSS JOIN (SELECT key FROM board_period WHERE closed_at IS NULL) AS period
     CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = period.key AND user_id = batch.id COLLATE "C" LIMIT 1) AS total;
  END IF;
END $$;

REVOKE EXECUTE ON FUNCTION apply_commands FROM PUBLIC;

-- For builds of version 0.2.0, which do not know when a command was accepted.
CREATE OR REPLACE FUNCTION apply_scores(
  board smallint, command_ids uuid[], user_ids text[], increments bigint[], actions text[], issuers text[], trace_ids uuid[], issuer_ids uuid[],
  OUT range_from bigint, OUT range_to bigint, OUT conflicts integer[], OUT standings text, OUT lock_wait_ms double precision
) LANGUAGE sql
SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
  SELECT range_from, range_to, conflicts, standings, lock_wait_ms
    FROM apply_commands(board, command_ids, user_ids, increments, actions, issuers, trace_ids, issuer_ids, NULL)
$$;
