import { type ConsumerRecord, ConsumerRecords, type SetAsideRecord } from '@scoreboard/application';
import type { EventPosition, LedgerEventType } from '@scoreboard/domain';
import type { Database } from './database';

type ConsumerRow = {
  readonly name: string;
  readonly seq: string;
  readonly place: number;
  readonly is_running: boolean;
  readonly failures: number;
  readonly problem: string | null;
  readonly retry_at: Date | null;
  readonly set_aside: string;
};
type SetAsideRow = { readonly consumer: string; readonly seq: string; readonly place: number; readonly type: LedgerEventType; readonly tries: number; readonly problem: string; readonly at: Date; readonly retry: boolean };

const CHOSEN = 'consumer = $1 AND ($2::bigint IS NULL OR (seq, place) = ($2::bigint, $3::smallint))';
const chosen = (consumer: string, event?: EventPosition) => [consumer, event?.sequence ?? null, event?.place ?? null];

/** `ConsumerRecords` in the ledger's database. */
export class PostgresConsumerRecords extends ConsumerRecords {
  constructor(private readonly database: Database) {
    super();
  }

  async list(): Promise<readonly ConsumerRecord[]> {
    const rows = await this.database.query<ConsumerRow>(
      `SELECT name, seq, place, leased_until > clock_timestamp() AS is_running, failures, problem, retry_at,
              (SELECT count(*) FROM event_set_aside WHERE consumer = name) AS set_aside
         FROM event_consumer ORDER BY name`,
    );
    return rows.map((row) => ({
      consumer: row.name,
      position: { sequence: Number(row.seq), place: row.place },
      isRunning: row.is_running,
      failures: row.failures,
      ...(row.problem === null ? {} : { problem: row.problem }),
      ...(row.retry_at === null ? {} : { retryAt: row.retry_at }),
      setAside: Number(row.set_aside),
    }));
  }

  async listSetAside(consumer?: string): Promise<readonly SetAsideRecord[]> {
    const rows = await this.database.query<SetAsideRow>(
      'SELECT * FROM event_set_aside WHERE $1::text IS NULL OR consumer = $1 ORDER BY consumer, seq, place LIMIT 1000',
      [consumer ?? null],
    );
    return rows.map(({ seq, ...row }) => ({ ...row, sequence: Number(seq) }));
  }

  async countSetAside(consumer: string, event?: EventPosition): Promise<number> {
    return this.count(`SELECT count(*) FROM event_set_aside WHERE ${CHOSEN}`, chosen(consumer, event));
  }

  async retry(consumer: string, event?: EventPosition): Promise<number> {
    return this.count(`WITH asked AS (UPDATE event_set_aside SET retry = true WHERE ${CHOSEN} RETURNING 1) SELECT count(*) FROM asked`, chosen(consumer, event));
  }

  async drop(consumer: string, event?: EventPosition): Promise<number> {
    return this.count(`WITH dropped AS (DELETE FROM event_set_aside WHERE ${CHOSEN} RETURNING 1) SELECT count(*) FROM dropped`, chosen(consumer, event));
  }

  /** Without its name in the row, the holder cannot store the position that it had reached. The lease goes on until it expires: by then the holder has noticed. */
  async move(consumer: string, { sequence, place }: EventPosition): Promise<boolean> {
    const moved = await this.count(
      `WITH moved AS (
         UPDATE event_consumer SET seq = $2, place = $3, failures = 0, retry_at = NULL, problem = NULL, holder = NULL WHERE name = $1 RETURNING 1)
       SELECT count(*) FROM moved`,
      [consumer, sequence, place],
    );
    return moved > 0;
  }

  private async count(sql: string, parameters: unknown[]): Promise<number> {
    const [row] = await this.database.query<{ count: string }>(sql, parameters);
    return Number(row!.count);
  }
}
