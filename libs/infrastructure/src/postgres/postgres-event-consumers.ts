import { type ConsumerHolder, type ConsumerLease, EventConsumers, type SetAsideEvent } from '@scoreboard/application';
import type { EventPosition } from '@scoreboard/domain';
import type { Database } from './database';

/** How many events one claim returns to be tried again. */
const RETRIES = 20;

type LeaseRow = {
  readonly seq: string;
  readonly place: number;
  readonly failures: number;
  readonly retry_in_ms: number;
  readonly set_aside: string;
  readonly retries: readonly SetAsideEvent[];
};

const UNTIL = (ms: string) => `clock_timestamp() + ${ms} * interval '1 millisecond'`;

/** `EventConsumers` in the ledger's database, so that a restored backup has positions and events of the same moment. */
export class PostgresEventConsumers extends EventConsumers {
  constructor(private readonly database: Database) {
    super();
  }

  async create(consumer: string, start: () => Promise<EventPosition>): Promise<void> {
    const known = await this.database.query('SELECT FROM event_consumer WHERE name = $1', [consumer]);
    if (known.length) return;
    const { sequence, place } = await start();
    await this.database.query('INSERT INTO event_consumer (name, seq, place) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [consumer, sequence, place]);
  }

  async claim({ consumer, holder }: ConsumerHolder, leaseMs: number): Promise<ConsumerLease | undefined> {
    const [row] = await this.database.query<LeaseRow>(
      `WITH claimed AS (
         UPDATE event_consumer SET holder = $2, leased_until = ${UNTIL('$3::integer')} WHERE name = $1 AND (holder = $2 OR leased_until < clock_timestamp())
         RETURNING seq, place, failures, greatest(0, coalesce(extract(epoch FROM retry_at - clock_timestamp()) * 1000, 0))::double precision AS retry_in_ms)
       SELECT claimed.*, (SELECT count(*) FROM event_set_aside WHERE consumer = $1) AS set_aside,
              (SELECT coalesce(json_agg(json_build_object('sequence', seq, 'place', place, 'type', type) ORDER BY seq, place), '[]')
                 FROM (SELECT * FROM event_set_aside WHERE consumer = $1 AND retry ORDER BY seq, place LIMIT ${RETRIES}) AS asked) AS retries
         FROM claimed`,
      [consumer, holder, leaseMs],
    );
    if (!row) return undefined;
    const { seq, place, failures, retry_in_ms: retryInMs, set_aside: setAside, retries } = row;
    return { position: { sequence: Number(seq), place }, failures, retryInMs, setAside: Number(setAside), retries };
  }

  async release({ consumer, holder }: ConsumerHolder): Promise<void> {
    await this.database.query(`UPDATE event_consumer SET holder = NULL, leased_until = '-infinity' WHERE name = $1 AND holder = $2`, [consumer, holder]);
  }

  advance(by: ConsumerHolder, { sequence, place }: EventPosition, leaseMs: number): Promise<boolean> {
    return this.change(by, `seq = $3, place = $4, failures = 0, retry_at = NULL, problem = NULL, leased_until = ${UNTIL('$5::integer')}`, [sequence, place, leaseMs]);
  }

  fail(by: ConsumerHolder, { sequence, place }: EventPosition, retryInMs: number, problem: string): Promise<boolean> {
    const retried = 'failures = CASE WHEN (seq, place) = ($3::bigint, $4::smallint) THEN failures + 1 ELSE 1 END';
    return this.change(by, `${retried}, seq = $3, place = $4, retry_at = ${UNTIL('$5::integer')}, problem = $6`, [sequence, place, retryInMs, problem]);
  }

  async setAside({ consumer, holder }: ConsumerHolder, { sequence, place, type }: SetAsideEvent, tries: number, problem: string): Promise<boolean> {
    const rows = await this.database.query(
      `WITH moved AS (
         UPDATE event_consumer SET seq = $3, place = $4, failures = 0, retry_at = NULL, problem = NULL WHERE name = $1 AND holder = $2 RETURNING name)
       INSERT INTO event_set_aside (consumer, seq, place, type, tries, problem) SELECT name, $3, $4, $5, $6, $7 FROM moved
       ON CONFLICT (consumer, seq, place) DO UPDATE SET tries = excluded.tries, problem = excluded.problem, at = excluded.at, retry = false
       RETURNING consumer`,
      [consumer, holder, sequence, place, type, tries, problem],
    );
    return rows.length > 0;
  }

  async retried(consumer: string, { sequence, place }: EventPosition, problem?: string): Promise<void> {
    const where = 'WHERE consumer = $1 AND seq = $2 AND place = $3';
    if (problem === undefined) await this.database.query(`DELETE FROM event_set_aside ${where}`, [consumer, sequence, place]);
    else await this.database.query(`UPDATE event_set_aside SET retry = false, tries = tries + 1, problem = $4 ${where}`, [consumer, sequence, place, problem]);
  }

  /** Changes the consumer's row unless the lease is lost. */
  private async change({ consumer, holder }: ConsumerHolder, set: string, values: readonly unknown[]): Promise<boolean> {
    const [row] = await this.database.query<{ changed: string }>(
      `WITH changed AS (UPDATE event_consumer SET ${set} WHERE name = $1 AND holder = $2 RETURNING name) SELECT count(*) AS changed FROM changed`,
      [consumer, holder, ...values],
    );
    return row!.changed === '1';
  }
}
