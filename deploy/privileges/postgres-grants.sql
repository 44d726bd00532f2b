-- What each role may do with what the migrations made; what is not granted here is not allowed. Run it as the migrator after
-- every migration, before the roles of the new build start; again is harmless.
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, scoreboard_api, scoreboard_worker, scoreboard_operator, scoreboard_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, scoreboard_api, scoreboard_worker, scoreboard_operator, scoreboard_reader;

-- Each role looks at its start whether the schema is up to date.
GRANT SELECT ON migrations TO scoreboard_api, scoreboard_worker, scoreboard_operator;

-- The worker adds to the history and to the totals by apply_scores alone, which belongs to the migrator and acts as it.
GRANT SELECT ON leaderboard, score_event, score_total TO scoreboard_worker;
GRANT EXECUTE ON FUNCTION apply_scores(smallint, uuid[], text[], bigint[], text[], text[], uuid[], uuid[]) TO scoreboard_worker;
-- Workers of older builds.
GRANT EXECUTE ON FUNCTION apply_scores(smallint, uuid[], text[], bigint[], text[], text[], uuid[]) TO scoreboard_worker;
GRANT EXECUTE ON FUNCTION apply_scores(smallint, uuid[], text[], bigint[], text[], text[]) TO scoreboard_worker;
GRANT INSERT ON score_rejection TO scoreboard_worker;
GRANT UPDATE (last_seq) ON leaderboard TO scoreboard_worker;

-- The api reads, and changes what a moderator may: taking back, and hiding.
-- set_hidden_in_ledger is called by set_hidden alone.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection, hidden_user, client TO scoreboard_api;
GRANT EXECUTE ON FUNCTION reverse_scores TO scoreboard_api;
GRANT EXECUTE ON FUNCTION set_hidden(smallint, text, boolean, text, text) TO scoreboard_api;
GRANT EXECUTE ON FUNCTION set_hidden(smallint, text, boolean) TO scoreboard_api; -- an api of an older build
GRANT INSERT ON audit_log TO scoreboard_api;

-- The commands of an operator: clients, audit-log, rotate-keys, forget, rebuild-leaderboard; and the entries for dead-letters and token.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection, hidden_user, client, audit_log TO scoreboard_operator;
GRANT INSERT ON client, audit_log TO scoreboard_operator;
GRANT UPDATE (revoked_at) ON client TO scoreboard_operator;
GRANT UPDATE (address) ON audit_log TO scoreboard_operator;
GRANT UPDATE (last_seq) ON leaderboard TO scoreboard_operator;
GRANT UPDATE (issued_by) ON score_event, score_rejection TO scoreboard_operator;
GRANT EXECUTE ON FUNCTION rename_user, rename_hidden_user, keep_operator_name TO scoreboard_operator;

-- For reports: what is public, and the histories.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection TO scoreboard_reader;

COMMIT;
