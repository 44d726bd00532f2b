import { type WorkerReport, WorkerReports } from '@scoreboard/application';
import type { Database } from './database';

/** How long a command may take from its acceptance until it is in the queue: submitting gives up after two seconds. */
const TO_QUEUE_MS = 2_500;

/** Messages that were on their way to a worker when the queue was seen empty have arrived after this time. */
const ARRIVED_MS = 1_000;

/** The broker gives the messages of a dead worker to others within this time. */
const RETURNED_MS = 60_000;

/** The table `worker_progress`. All its times are by the database's clock. */
export class PostgresWorkerReports extends WorkerReports {
  constructor(private readonly database: Database) {
    super();
  }

  async write(worker: string, { heldMs, emptyMs, returnedMs, hasLeft }: WorkerReport): Promise<void> {
    await this.database.query(
      `INSERT INTO worker_progress (worker, seen_at, held_from, empty_at, empty_ats, returned_at, has_left)
       SELECT $1, now, now - $2 * interval '1 ms', empty.first, empty.all, now - $4 * interval '1 ms', $5 FROM clock_timestamp() AS now
        CROSS JOIN LATERAL (SELECT min(now - ms * interval '1 ms') AS first, array_agg(now - ms * interval '1 ms') AS all FROM unnest($3::float8[]) AS ms) AS empty
       ON CONFLICT (worker) DO UPDATE
          SET seen_at = excluded.seen_at, held_from = excluded.held_from, empty_at = excluded.empty_at, empty_ats = excluded.empty_ats, returned_at = excluded.returned_at, has_left = excluded.has_left`,
      [worker, heldMs, [...emptyMs], returnedMs, hasLeft],
    );
    await this.database.query(`DELETE FROM worker_progress WHERE seen_at < clock_timestamp() - interval '1 hour'`);
  }

  async showAppliedUpTo(moment: number): Promise<boolean> {
    const [row] = await this.database.query<{ applied: boolean }>(
      `SELECT EXISTS (
         SELECT FROM worker_progress CROSS JOIN LATERAL unnest(coalesce(empty_ats, ARRAY[worker_progress.empty_at])) AS looked(empty_at)
          WHERE looked.empty_at >= $1 AND NOT EXISTS (
            SELECT FROM worker_progress AS other
             WHERE other.returned_at >= looked.empty_at
                OR (other.seen_at > looked.empty_at - $4 * interval '1 ms'
                    AND (other.held_from < $2 OR (NOT other.has_left AND other.seen_at < looked.empty_at + $3 * interval '1 ms'))))) AS applied`,
      [new Date(moment + TO_QUEUE_MS), new Date(moment), ARRIVED_MS, RETURNED_MS],
    );
    return row!.applied;
  }
}
