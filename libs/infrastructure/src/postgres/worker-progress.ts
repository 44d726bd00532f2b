import { randomUUID } from 'node:crypto';
import { QueueProgress } from '@scoreboard/application';
import type { Database } from './database';

/** What a worker knows about the messages of a shared queue. */
export interface Deliveries {
  /** Number of messages that no worker has yet; undefined if the broker does not answer. */
  countReady(): Promise<number | undefined>;
  /** Age in seconds of the oldest command that this worker has and has not applied; 0 if there is none. */
  oldestAgeSeconds(): number;
  /** How many times messages of this worker went back to the queue. */
  returns(): number;
}

/** How long a command may take from its acceptance until it is in the queue: submitting gives up after two seconds. */
const TO_QUEUE_MS = 2_500;

/** How long a worker's last look at the queue is kept, so that the others can report what they had after it. */
const LOOK_EVERY_MS = 2_500;

/** Messages that were on their way to a worker when the queue was seen empty have arrived after this time. */
const ARRIVED_MS = 1_000;

/** The broker gives the messages of a dead worker to others within this time. */
const RETURNED_MS = 60_000;

/**
 * How far the workers of one queue have applied it together. Each of them reports once a second what it has.
 *
 * Everything accepted before a moment is applied if, some time after it, all messages were with workers, and since then every one of them reported
 * that it has nothing so old. A worker that falls silent may have had something: for a minute nothing is certain, until the broker has given
 * its messages to others.
 */
export class WorkerProgress extends QueueProgress {
  private readonly worker = randomUUID();
  private emptyAt?: number;
  private returnedAt?: number;
  private returns = 0;

  constructor(
    private readonly database: Database,
    private readonly deliveries: Deliveries,
  ) {
    super();
  }

  /** Call it about once a second. */
  async report(): Promise<void> {
    if (this.emptyAt === undefined || performance.now() - this.emptyAt > LOOK_EVERY_MS) {
      const began = performance.now();
      if ((await this.deliveries.countReady()) === 0) this.emptyAt = began;
    }
    if (this.deliveries.returns() !== this.returns) this.returnedAt = performance.now();
    this.returns = this.deliveries.returns();
    const heldMs = this.deliveries.oldestAgeSeconds() * 1_000;
    await this.write(heldMs || undefined, ageOf(this.emptyAt), ageOf(this.returnedAt), false);
  }

  /** Call it when the worker has closed its subscription. */
  leave(): Promise<void> {
    return this.write(undefined, undefined, 0, true);
  }

  async isAppliedUpTo(moment: number): Promise<boolean> {
    const [row] = await this.database.query<{ applied: boolean }>(
      `SELECT EXISTS (
         SELECT FROM worker_progress AS looked
          WHERE empty_at >= $1 AND NOT EXISTS (
            SELECT FROM worker_progress AS other
             WHERE other.returned_at >= looked.empty_at
                OR (other.seen_at > looked.empty_at - $4 * interval '1 ms'
                    AND (other.held_from < $2 OR (NOT other.has_left AND other.seen_at < looked.empty_at + $3 * interval '1 ms'))))) AS applied`,
      [new Date(moment + TO_QUEUE_MS), new Date(moment), ARRIVED_MS, RETURNED_MS],
    );
    return row!.applied;
  }

  private async write(...[heldMs, emptyMs, returnedMs, hasLeft]: readonly [number | undefined, number | undefined, number | undefined, boolean]): Promise<void> {
    await this.database.query(
      `INSERT INTO worker_progress (worker, seen_at, held_from, empty_at, returned_at, has_left)
       SELECT $1, now, now - $2 * interval '1 ms', now - $3 * interval '1 ms', now - $4 * interval '1 ms', $5 FROM clock_timestamp() AS now
       ON CONFLICT (worker) DO UPDATE SET seen_at = excluded.seen_at, held_from = excluded.held_from, empty_at = excluded.empty_at, returned_at = excluded.returned_at, has_left = excluded.has_left`,
      [this.worker, heldMs, emptyMs, returnedMs, hasLeft],
    );
    await this.database.query(`DELETE FROM worker_progress WHERE seen_at < clock_timestamp() - interval '1 hour'`);
  }
}

const ageOf = (at: number | undefined): number | undefined => (at === undefined ? undefined : performance.now() - at);
