-- The rights of an api that serves the desk (ADMIN_DESK), besides postgres-grants.sql, which takes them back: it reads the audit trail, and retries and drops
-- the events that consumers set aside. Run it as the migrator, after each run of postgres-grants.sql. Safe to run again.
BEGIN;

GRANT SELECT ON audit_log, event_consumer, event_set_aside TO scoreboard_api;
GRANT UPDATE (retry) ON event_set_aside TO scoreboard_api;
GRANT DELETE ON event_set_aside TO scoreboard_api;

COMMIT;
