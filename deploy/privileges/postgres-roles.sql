-- The users of the scoreboard's database. Run it as a superuser in that database, before the first migration. Safe to run again.
-- No role has a password here: set each one with \password in psql.
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['scoreboard_migrator', 'scoreboard_api', 'scoreboard_worker', 'scoreboard_operator', 'scoreboard_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', role);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- The only user that may create, change and drop objects; it owns what it creates.
GRANT CREATE ON SCHEMA public TO scoreboard_migrator;
