-- The only function that applies commands: a whole batch of commands in one round trip and one transaction.
--
-- The first statement locks the row in the table `leaderboard`, so writers take turns and sequence order is commit order. Each statement of
-- a plpgsql function has its own snapshot (READ COMMITTED): the statements after the lock see everything that the previous writer committed.
-- So looking up a command id cannot race with another writer, and totals are absolute.
--
-- PostgreSQL caches the plan for the connection, and may create it while the tables are empty. LIMIT leaves only one possible plan: an index
-- lookup for each command, user and new event. Without LIMIT, PostgreSQL planned scans of the whole history, a hundred times slower.
--
-- `standings` has one line per user, "userId score reachedAt version hidden": parsing one text costs the client a third less than
-- parsing rows.
-- A user id contains neither a space nor a line break: the callers' schemas check that.
CREATE FUNCTION apply_scores(
  board smallint, command_ids uuid[], user_ids text[], increments bigint[], actions text[], issuers text[], trace_ids uuid[], issuer_ids uuid[],
  OUT range_from bigint, OUT range_to bigint, OUT conflicts integer[], OUT standings text, OUT lock_wait_ms double precision
) LANGUAGE plpgsql
SECURITY DEFINER
SET search_path FROM CURRENT SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  asked    timestamptz := clock_timestamp();
  inserted bigint;
BEGIN
  SELECT last_seq INTO STRICT range_from FROM leaderboard WHERE id = board FOR NO KEY UPDATE;
  lock_wait_ms := extract(epoch FROM clock_timestamp() - asked) * 1000;

  INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, issued_by, trace_id, issuer)
  SELECT board,
         range_from + row_number() OVER (ORDER BY fresh.place),
         fresh.command_id,
         fresh.user_id,
         fresh.increment,
         coalesce(total.score, 0) + sum(fresh.increment) OVER (PARTITION BY fresh.user_id ORDER BY fresh.place),
         fresh.action,
         fresh.issued_by,
         fresh.trace_id,
         fresh.issuer
    FROM (SELECT DISTINCT ON (command_id) *
            FROM unnest(command_ids, user_ids, increments, actions, issuers, trace_ids, issuer_ids)
                 WITH ORDINALITY AS command(command_id, user_id, increment, action, issued_by, trace_id, issuer, place)
           ORDER BY command_id, place) AS fresh
    LEFT JOIN LATERAL (SELECT score FROM score_total WHERE leaderboard_id = board AND user_id = fresh.user_id COLLATE "C" LIMIT 1) AS total ON true
    LEFT JOIN LATERAL (SELECT true AS is_known FROM score_event WHERE leaderboard_id = board AND command_id = fresh.command_id LIMIT 1) AS before ON true
   WHERE before.is_known IS NULL
   ORDER BY fresh.place;
  GET DIAGNOSTICS inserted = ROW_COUNT;
  range_to := range_from + inserted;

  IF inserted > 0 THEN
    INSERT INTO score_total AS total (leaderboard_id, user_id, score, reached_at, version)
    SELECT board, user_id, max(score_after), max(seq), max(seq)
      FROM (SELECT user_id, score_after, seq FROM score_event WHERE leaderboard_id = board AND seq > range_from
             ORDER BY leaderboard_id, seq LIMIT inserted) AS added
     GROUP BY user_id ORDER BY user_id
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE
       SET score = excluded.score, reached_at = excluded.reached_at, version = excluded.version;
    UPDATE leaderboard SET last_seq = range_to WHERE id = board;
  END IF;

  IF inserted < cardinality(command_ids) THEN
    SELECT array_agg(command.place::integer - 1) INTO conflicts
      FROM unnest(command_ids, user_ids, increments) WITH ORDINALITY AS command(command_id, user_id, increment, place)
     CROSS JOIN LATERAL (SELECT user_id, score_increment FROM score_event
                          WHERE leaderboard_id = board AND score_event.command_id = command.command_id LIMIT 1) AS event
     WHERE event.user_id <> command.user_id COLLATE "C" OR event.score_increment <> command.increment;
  END IF;

  SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n') INTO standings
    FROM (SELECT DISTINCT id FROM unnest(user_ids) AS id) AS batch
   CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = board AND user_id = batch.id COLLATE "C" LIMIT 1) AS total;
END $$;

REVOKE EXECUTE ON FUNCTION apply_scores(smallint, uuid[], text[], bigint[], text[], text[], uuid[], uuid[]) FROM PUBLIC;
