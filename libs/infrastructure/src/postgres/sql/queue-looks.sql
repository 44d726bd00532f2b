SET LOCAL lock_timeout = '2s';

-- When a worker saw that every message was with some worker, in its last reports. `empty_at` is the oldest of these moments, for earlier builds.
ALTER TABLE worker_progress ADD COLUMN empty_ats timestamptz[];
