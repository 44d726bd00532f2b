-- The rights of each role on the objects that migrations create; anything not granted here is denied. Run it as the migrator after
-- every migration, before the roles of the new build start. Safe to run again.
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, scoreboard_api, scoreboard_worker, scoreboard_operator, scoreboard_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, scoreboard_api, scoreboard_worker, scoreboard_operator, scoreboard_reader;

-- Each role checks at startup whether the schema is up to date.
GRANT SELECT ON migrations TO scoreboard_api, scoreboard_worker, scoreboard_operator;

-- The worker writes history and totals only through apply_scores, which the migrator owns and which runs with its rights.
GRANT SELECT ON leaderboard, score_event, score_total TO scoreboard_worker;
GRANT EXECUTE ON FUNCTION apply_scores TO scoreboard_worker;
GRANT INSERT ON score_rejection TO scoreboard_worker;
GRANT UPDATE (floor_seq) ON leaderboard TO scoreboard_worker;

-- The api reads, and makes a moderator's changes: reversing updates and hiding users.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection, hidden_user, client TO scoreboard_api;
GRANT EXECUTE ON FUNCTION reverse_scores, set_hidden TO scoreboard_api;
GRANT INSERT ON audit_log TO scoreboard_api;

-- The operator's commands: clients, audit-log, rotate-keys, forget and rebuild-leaderboard; and the audit entries of dead-letters and token.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection, hidden_user, client, audit_log TO scoreboard_operator;
GRANT INSERT ON client, audit_log TO scoreboard_operator;
GRANT UPDATE (revoked_at) ON client TO scoreboard_operator;
GRANT UPDATE (address) ON audit_log TO scoreboard_operator;
GRANT UPDATE (floor_seq) ON leaderboard TO scoreboard_operator;
GRANT UPDATE (issued_by) ON score_event, score_rejection TO scoreboard_operator;
GRANT EXECUTE ON FUNCTION rename_user TO scoreboard_operator;

-- For reports: public data and the histories.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection TO scoreboard_reader;

COMMIT;
