-- The boards there are, as their operator defined them, and their periods. A period is one ranking: its totals are the rows of `score_total` with its
-- key as leaderboard_id. The board `global` has the key 1 and no row here. Keys are never used again.
SET LOCAL lock_timeout = '2s';

CREATE TABLE board (
  id         text        PRIMARY KEY COLLATE "C",
  definition jsonb       NOT NULL,
  -- It is not defined anymore: nobody can read it, and its periods are closed.
  removed_at timestamptz
);

CREATE TABLE board_period (
  key           smallint    PRIMARY KEY GENERATED ALWAYS AS IDENTITY (START WITH 2),
  board         text        NOT NULL COLLATE "C" REFERENCES board (id),
  id            text        NOT NULL COLLATE "C",
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz NOT NULL,
  -- Patterns for LIKE; null counts every action.
  actions       text[],
  -- It counts events after this sequence number, and up to that of its closing.
  opened_seq    bigint      NOT NULL,
  closed_seq    bigint,
  closed_at     timestamptz,
  -- The period before it began at `late_from`, and was closed at `late_seq`: what was accepted in it and comes later counts here.
  late_from     timestamptz,
  late_seq      bigint,
  UNIQUE (board, id),
  CHECK (starts_at < ends_at)
);
CREATE INDEX board_period_open ON board_period (key) WHERE closed_at IS NULL;

-- When the api accepted the command, by its clock, but never later than it was applied. Absent if an older build applied it; then `at` counts.
ALTER TABLE score_event ADD COLUMN accepted_at timestamptz;

-- Opens a period of a board, if it is not open already. It begins to count at once, so it must be opened before its first moment.
CREATE FUNCTION open_period(board_id text, period_id text, begins timestamptz, ends timestamptz, patterns text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
  PERFORM FROM leaderboard WHERE id = 1 FOR NO KEY UPDATE;
  INSERT INTO board_period (board, id, starts_at, ends_at, actions, opened_seq, late_from, late_seq)
  SELECT board_id, period_id, begins, ends, patterns, greatest(floor_seq, (SELECT max(seq) FROM score_event WHERE leaderboard_id = 1)),
         before.starts_at, before.closed_seq
    FROM leaderboard LEFT JOIN board_period AS before ON before.board = board_id AND before.ends_at = begins AND before.closed_at IS NOT NULL
   WHERE leaderboard.id = 1
  ON CONFLICT (board, id) DO NOTHING;
END $$;

-- Closes a period once: it counts nothing that is applied from now on. Returns whether this call closed it.
CREATE FUNCTION close_period(period smallint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
  closed board_period;
BEGIN
  PERFORM FROM leaderboard WHERE id = 1 FOR NO KEY UPDATE;
  UPDATE board_period SET closed_at = clock_timestamp(), closed_seq = last_seq
    FROM (SELECT greatest(floor_seq, (SELECT max(seq) FROM score_event WHERE leaderboard_id = 1)) AS last_seq FROM leaderboard WHERE id = 1) AS head
   WHERE key = period AND closed_at IS NULL
  RETURNING board_period.* INTO closed;
  UPDATE board_period SET late_from = closed.starts_at, late_seq = closed.closed_seq WHERE board = closed.board AND starts_at = closed.ends_at;
  RETURN closed.key IS NOT NULL;
END $$;

-- What each worker last said about the messages of the queue, all by this server's clock; see WorkerProgress.
CREATE TABLE worker_progress (
  worker      uuid        PRIMARY KEY,
  seen_at     timestamptz NOT NULL,
  -- When the oldest command was accepted that it has and has not applied.
  held_from   timestamptz,
  -- It saw that every message is with some worker.
  empty_at    timestamptz,
  -- Messages that it had may have gone back to the queue then.
  returned_at timestamptz,
  -- It has ended, and has no messages.
  has_left    boolean     NOT NULL DEFAULT false
);

REVOKE EXECUTE ON FUNCTION open_period, close_period FROM PUBLIC;
