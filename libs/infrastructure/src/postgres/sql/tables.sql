-- One row per leaderboard, which its writers lock in turn and do not change: each change would leave a version of the row for as long as any
-- snapshot is open, such as that of a backup, and every writer would read all of them. The newest sequence number is that of the newest event,
-- or `floor_seq` if that is higher.
CREATE TABLE leaderboard (
  id        smallint PRIMARY KEY,
  name      text     NOT NULL UNIQUE,
  ledger_id uuid     NOT NULL DEFAULT gen_random_uuid(),
  floor_seq bigint   NOT NULL
);

-- A new ledger starts above every sequence number that a lost ledger may have used: see ScoreLedger.raiseSequenceFloor.
INSERT INTO leaderboard (id, name, floor_seq)
VALUES (1, 'global', floor(extract(epoch FROM clock_timestamp()))::bigint * 1048576);

-- The history; append-only. `reverses` is the command that an event reverses, `issuer` the digest of the issuer of the service's token.
-- trace_id has no index: its values are random, an index would slow down every insert, and look-ups are rare and limited to a user or a time.
CREATE TABLE score_event (
  seq             bigint      NOT NULL,
  score_after     bigint      NOT NULL CONSTRAINT total_limit CHECK (score_after BETWEEN 0 AND 9007199254740991),
  command_id      uuid        NOT NULL,
  at              timestamptz NOT NULL DEFAULT clock_timestamp(),
  score_increment bigint      NOT NULL,
  leaderboard_id  smallint    NOT NULL,
  user_id         text        NOT NULL COLLATE "C",
  action          text,
  issued_by       text,
  reverses        uuid,
  trace_id        uuid,
  issuer          uuid,
  PRIMARY KEY (leaderboard_id, seq)
);
-- Looked up as `command_id = … AND +leaderboard_id = …`: the plus keeps PostgreSQL from using another index that begins with leaderboard_id. It does
-- that while its statistics say that the table is empty, for example if it is analyzed during a large import, and then each lookup reads every event.
CREATE UNIQUE INDEX score_event_command ON score_event (command_id, leaderboard_id);
CREATE INDEX score_event_user ON score_event (leaderboard_id, user_id, seq);
-- Contains only reversals, so it does not slow down updates.
CREATE UNIQUE INDEX score_event_reverses ON score_event (leaderboard_id, reverses) WHERE reverses IS NOT NULL;

-- The totals. There is no index on the score: it would slow down every update, and only reads while the leaderboard is not ready would use it.
CREATE TABLE score_total (
  score          bigint   NOT NULL,
  reached_at     bigint   NOT NULL,
  version        bigint   NOT NULL,
  leaderboard_id smallint NOT NULL,
  hidden         boolean  NOT NULL DEFAULT false,
  user_id        text     NOT NULL COLLATE "C",
  PRIMARY KEY (leaderboard_id, user_id)
) WITH (fillfactor = 80);

-- Why commands were rejected.
CREATE TABLE score_rejection (
  command_id      uuid        NOT NULL,
  at              timestamptz NOT NULL DEFAULT clock_timestamp(),
  score_increment bigint      NOT NULL,
  leaderboard_id  smallint    NOT NULL,
  user_id         text        NOT NULL COLLATE "C",
  issued_by       text,
  reason          text        NOT NULL,
  issuer          uuid,
  PRIMARY KEY (leaderboard_id, command_id)
);

-- The hidden users, with time, reason and moderator. A page of the list is read without totals, events or the audit trail.
CREATE TABLE hidden_user (
  leaderboard_id smallint    NOT NULL,
  user_id        text        NOT NULL COLLATE "C",
  seq            bigint      NOT NULL,
  since          timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason         text,
  hidden_by      text        COLLATE "C",
  PRIMARY KEY (leaderboard_id, user_id)
);
CREATE UNIQUE INDEX hidden_user_seq ON hidden_user (leaderboard_id, seq);

-- The audit trail; append-only. `address` is encrypted and bound to its row; the CHECK requires a key id, an IV and a tag.
CREATE TABLE audit_log (
  id      uuid        PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  act     text        NOT NULL,
  actor   text        NOT NULL,
  target  text        COLLATE "C",
  reason  text,
  details jsonb,
  address bytea       CHECK (octet_length(address) > 30),
  -- The order of entries of the same instant: some clocks only count milliseconds.
  place   bigint      GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX audit_log_at ON audit_log (at, place);
CREATE INDEX audit_log_target ON audit_log (target);

-- The services that may get tokens. The row of a revoked client stays, so an id in the audit trail always refers to one client.
CREATE TABLE client (
  id          text        PRIMARY KEY COLLATE "C",
  secret_hash text        NOT NULL,
  scopes      text[]      NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at  timestamptz
);
