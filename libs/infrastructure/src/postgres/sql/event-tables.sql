-- What is derived from the ledger's events, and who reads them. No table names a user: `user_seq`, `places` and `seq` are sequence numbers of events of
-- the user, so a user who is renamed in score_event is renamed everywhere.

-- The best users after the event `seq`, from which the next changes of the top ten are derived. `places` are their `reached_at`, best first. There is no
-- row until somebody reads these changes. It moves forward by UPDATE … WHERE seq = <the old one>, so each event is derived once.
CREATE TABLE top_watch (
  leaderboard_id smallint PRIMARY KEY,
  seq            bigint   NOT NULL,
  places         bigint[] NOT NULL,
  scores         bigint[] NOT NULL,
  bound_score    bigint   NOT NULL,
  bound_reached  bigint   NOT NULL
);

-- Who came into the top ten (with a rank) and dropped out of it, because of the event `seq`; append-only.
CREATE TABLE top_change (
  leaderboard_id smallint NOT NULL,
  seq            bigint   NOT NULL,
  place          smallint NOT NULL,
  is_entered     boolean  NOT NULL,
  user_seq       bigint   NOT NULL,
  score          bigint   NOT NULL,
  rank           smallint,
  PRIMARY KEY (leaderboard_id, seq, place)
);

-- The readers of events that must miss none. Everything up to (seq, place) is done. Whoever holds the lease, until `leased_until`, is the only one to work.
-- `failures` counts the tries of the next event that failed; it is tried again at `retry_at`.
CREATE TABLE event_consumer (
  name         text        PRIMARY KEY COLLATE "C",
  seq          bigint      NOT NULL,
  place        smallint    NOT NULL,
  holder       uuid,
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  failures     integer     NOT NULL DEFAULT 0,
  retry_at     timestamptz,
  problem      text
) WITH (fillfactor = 50);

-- The events that a consumer could not process. `retry` asks for another try.
CREATE TABLE event_set_aside (
  consumer text        NOT NULL COLLATE "C" REFERENCES event_consumer (name) ON DELETE CASCADE,
  seq      bigint      NOT NULL,
  place    smallint    NOT NULL,
  type     text        NOT NULL,
  tries    integer     NOT NULL,
  problem  text        NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  retry    boolean     NOT NULL DEFAULT false,
  PRIMARY KEY (consumer, seq, place)
);
CREATE INDEX event_set_aside_retry ON event_set_aside (consumer, seq, place) WHERE retry;
