-- The rights of each role on the objects that migrations create; anything not granted here is denied. Run it as the migrator after
-- every migration, before the roles of the new build start. Safe to run again.
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, scoreboard_api, scoreboard_worker, scoreboard_operator, scoreboard_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, scoreboard_api, scoreboard_worker, scoreboard_operator, scoreboard_reader;

-- Each role checks at startup whether the schema is up to date.
GRANT SELECT ON migrations TO scoreboard_api, scoreboard_worker, scoreboard_operator;

-- The worker writes history and totals only through apply_commands, which the migrator owns and which runs with its rights.
GRANT SELECT ON leaderboard, score_event, score_total TO scoreboard_worker;
GRANT EXECUTE ON FUNCTION apply_commands, follow_claims TO scoreboard_worker;
GRANT SELECT ON guest_claim TO scoreboard_worker;
-- It defines the boards, opens and closes their periods, and tells the other workers how far it is.
GRANT SELECT, INSERT, UPDATE ON board TO scoreboard_worker;
GRANT SELECT ON board_period TO scoreboard_worker;
GRANT EXECUTE ON FUNCTION open_period, close_period, tell_closing, write_order TO scoreboard_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON worker_progress TO scoreboard_worker;
GRANT INSERT ON score_rejection TO scoreboard_worker;
GRANT UPDATE (floor_seq) ON leaderboard TO scoreboard_worker;

-- The api reads, and makes a moderator's changes: reversing updates and hiding users.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection, hidden_user, client TO scoreboard_api;
GRANT EXECUTE ON FUNCTION reverse_commands, hide_user TO scoreboard_api;
-- It moves the points of guests to the players who claim them.
GRANT EXECUTE ON FUNCTION claim_guest TO scoreboard_api;
GRANT INSERT ON audit_log TO scoreboard_api;

-- Suspicious points: the worker judges and raises flags, moderators decide about them by the api, and the operator forgets those of a person.
GRANT SELECT ON player_flag, flag_update, flag_event TO scoreboard_api, scoreboard_worker, scoreboard_operator;
GRANT EXECUTE ON FUNCTION raise_flags TO scoreboard_worker;
GRANT EXECUTE ON FUNCTION settle_flag TO scoreboard_api;
GRANT DELETE ON player_flag TO scoreboard_operator;
GRANT UPDATE (settled_by) ON player_flag TO scoreboard_operator;

-- Names and pictures: users and services change them, moderators take names away.
GRANT SELECT ON profile, profile_version TO scoreboard_api;
GRANT INSERT, UPDATE ON profile TO scoreboard_api;
GRANT UPDATE ON profile_version TO scoreboard_api;

-- What the pages of players show, as the players decide.
GRANT SELECT, INSERT, UPDATE, DELETE ON player_page TO scoreboard_api;

-- The users of shown ids (USER_ID_KEY).
GRANT SELECT, INSERT ON public_id TO scoreboard_api;

-- The operator's commands: clients, audit-log, rotate-keys, forget, rebuild-leaderboard and boards; and the audit entries of dead-letters and token.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection, hidden_user, client, audit_log TO scoreboard_operator;
GRANT INSERT ON client, audit_log TO scoreboard_operator;
GRANT UPDATE (revoked_at) ON client TO scoreboard_operator;
GRANT UPDATE (address) ON audit_log TO scoreboard_operator;
GRANT UPDATE (floor_seq) ON leaderboard TO scoreboard_operator;
GRANT UPDATE (issued_by) ON score_event, score_rejection TO scoreboard_operator;
GRANT SELECT ON board, board_period, guest_claim TO scoreboard_operator;
GRANT SELECT ON profile, profile_version TO scoreboard_operator;
GRANT UPDATE (user_id, shown, version, name_code, coded_version) ON profile TO scoreboard_operator;
GRANT UPDATE ON profile_version TO scoreboard_operator;
GRANT SELECT, DELETE ON public_id, player_page TO scoreboard_operator;
GRANT EXECUTE ON FUNCTION rename_user, fill_period, drop_totals TO scoreboard_operator;

-- Ledger events: who reads them derives the changes of the top ten. The worker runs the consumers; the operator lists them, moves them, and tries or drops
-- the events that they set aside.
GRANT SELECT ON top_watch, top_change, board_closing, board_period TO scoreboard_api, scoreboard_worker, scoreboard_operator;
-- All read periods; the worker and the api also by the order of a closed one.
GRANT SELECT ON period_block TO scoreboard_api, scoreboard_worker, scoreboard_operator, scoreboard_reader;
GRANT INSERT ON top_watch, top_change TO scoreboard_api, scoreboard_worker;
GRANT UPDATE ON top_watch TO scoreboard_api, scoreboard_worker;
GRANT SELECT, INSERT, UPDATE ON event_consumer TO scoreboard_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_set_aside TO scoreboard_worker;
GRANT SELECT ON event_consumer, event_set_aside TO scoreboard_operator;
GRANT UPDATE (seq, place, failures, retry_at, problem, holder) ON event_consumer TO scoreboard_operator;
GRANT UPDATE (retry) ON event_set_aside TO scoreboard_operator;
GRANT DELETE ON event_set_aside TO scoreboard_operator;

-- For reports: public data and the histories.
GRANT SELECT ON leaderboard, score_event, score_total, score_rejection, board, board_period, board_closing, top_change TO scoreboard_reader;

COMMIT;
