-- The standings of users in the form of `apply_commands`, on all boards, also in closed periods: hiding and taking back reach these too.
-- LIMIT leaves only a look-up for each user and period. With `ANY`, PostgreSQL reads every total of a period that its statistics do not know yet.
CREATE OR REPLACE FUNCTION standings_on_all_boards(board smallint, users text[], OUT standings text, OUT period_standings text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off
AS $$
  WITH asked AS MATERIALIZED (SELECT DISTINCT unnest(users) AS id)
  SELECT (SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n')
            FROM asked CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = board AND user_id = asked.id COLLATE "C" LIMIT 1) AS total),
         (SELECT string_agg(concat_ws(' ', key, user_id, score, reached_at, version, hidden::integer), E'\n')
            FROM asked CROSS JOIN board_period AS period
           CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = period.key AND user_id = asked.id COLLATE "C" LIMIT 1) AS total)
$$;
