import { BoardChanged, BoardStore, type FilledPart } from '@scoreboard/application';
import { type BoardCatalog, type BoardDefinition, type BoardPeriod, isSameMeaning, type PeriodTime } from '@scoreboard/domain';
import { toPattern } from './action-pattern';
import type { Database } from './database';
import { type ChangeRow, GLOBAL, toChange } from './ledger-rows';

type BoardRow = { id: string; definition: BoardDefinition };
type PeriodRow = { key: number; board: string; id: string; start: string; end: string | null; closed_at: string | null; counts_from: string | null; ordered: boolean; dropped: boolean };

/** How many events `countUnfilled` reads with one statement. */
const PAGE = 50_000;

/** Events that the period `$1` does not count, the newest first: from `$2` on, at most `$3`. */
const UNCOUNTED = `
  WITH period AS MATERIALIZED (SELECT opened_seq, coalesce(late_from, starts_at) AS begins FROM board_period WHERE key = $1 AND closed_at IS NULL AND counts_from IS NOT NULL),
       page AS MATERIALIZED (SELECT seq, at FROM score_event WHERE leaderboard_id = ${GLOBAL} AND seq <= coalesce($2::bigint, (SELECT opened_seq FROM period)) ORDER BY seq DESC LIMIT $3)
  SELECT count(*) FILTER (WHERE at >= begins) AS events, min(seq) - 1 AS next, count(*) = $3 AND bool_and(at >= begins) AS is_more FROM page, period`;

const PERIOD = `
  key, board, id, (extract(epoch FROM starts_at) * 1000)::bigint AS start,
  CASE WHEN ends_at < 'infinity' THEN (extract(epoch FROM ends_at) * 1000)::bigint END AS "end",
  (extract(epoch FROM closed_at) * 1000)::bigint AS closed_at, (extract(epoch FROM counts_from) * 1000)::bigint AS counts_from,
  ordered_at IS NOT NULL AS ordered, dropped_at IS NOT NULL AS dropped`;

/** The latest moment that JavaScript knows, far after any period: it stands for infinity. */
const NEVER = 8.64e15;

/** How many expired periods of a board are listed, the newest first: processes drop them within a second, and only those that nobody saw expire are left. */
const MAX_EXPIRED = 100;

/** `BoardStore` on PostgreSQL and on the embedded database. */
export class PostgresBoards extends BoardStore {
  constructor(private readonly database: Database) {
    super();
  }

  async define(boards: readonly BoardDefinition[]): Promise<void> {
    const known = new Map((await this.definitions()).map(({ id, definition }) => [id, definition]));
    this.refuseChanged(boards, known);
    await this.database.query(
      `INSERT INTO board (id, definition) SELECT definition ->> 'id', definition FROM jsonb_array_elements($1::jsonb) AS definition
       ON CONFLICT (id) DO UPDATE SET removed_at = NULL, definition = jsonb_set(board.definition, '{keep}', excluded.definition -> 'keep')`,
      [JSON.stringify(boards)],
    );
    const ids = boards.map(({ id }) => id);
    await this.database.query('SELECT close_period(key) FROM board_period WHERE closed_at IS NULL AND NOT board = ANY ($1::text[])', [ids]);
    await this.database.query('UPDATE board SET removed_at = clock_timestamp() WHERE removed_at IS NULL AND NOT id = ANY ($1::text[])', [ids]);
    // Another process may have defined one of them differently meanwhile.
    this.refuseChanged(boards, new Map((await this.definitions()).map(({ id, definition }) => [id, definition])));
  }

  async read(now: number): Promise<BoardCatalog> {
    const rows = await this.database.query<PeriodRow>(`SELECT ${PERIOD} FROM board_period ORDER BY board, starts_at DESC`);
    const boards = (await this.definitions(true)).map(({ definition }) => ({
      definition,
      periods: kept(rows.filter(({ board, dropped }) => board === definition.id && !dropped), definition.keep, now),
    }));
    const shown = new Set(boards.flatMap((board) => board.periods.map(({ key }) => key)));
    return { boards, expired: newestOfEach(rows.filter(({ key }) => !shown.has(key))).map(({ key }) => key) };
  }

  async open(board: BoardDefinition, { id, start, end = NEVER }: PeriodTime): Promise<void> {
    const ends = end === NEVER ? 'infinity' : new Date(end).toISOString();
    await this.database.query('SELECT open_period($1, $2, $3::timestamptz, $4::timestamptz, $5::text[])', [board.id, id, new Date(start).toISOString(), ends, board.actions?.map(toPattern) ?? null]);
  }

  close({ key }: BoardPeriod): Promise<boolean> {
    return this.does('close_period($1::smallint)', [key]);
  }

  async tellClosings(): Promise<void> {
    while (await this.does('tell_closing()'));
  }

  async writeOrders(): Promise<void> {
    while (await this.does('write_order()'));
  }

  async past(board: string, id?: string): Promise<readonly BoardPeriod[]> {
    const rows = await this.database.query<PeriodRow>(
      `SELECT ${PERIOD} FROM board_period
        WHERE board = $1 AND ($2::text IS NULL OR id = $2) AND closed_at >= starts_at AND ordered_at IS NOT NULL AND dropped_at IS NULL ORDER BY starts_at DESC`,
      [board, id ?? null],
    );
    return rows.map(toPeriod);
  }

  async fill({ key }: BoardPeriod, limit: number): Promise<FilledPart | undefined> {
    const [row] = await this.database.query<ChangeRow & { looked: number | null; counted: number; is_whole: boolean }>('SELECT * FROM fill_period($1::smallint, $2::integer)', [key, limit]);
    return row!.looked === null ? undefined : { ...toChange(row!), looked: row!.looked, counted: row!.counted, isWhole: row!.is_whole };
  }

  async countUnfilled({ key }: BoardPeriod): Promise<number> {
    let events = 0;
    for (let from: string | null = null, isMore = true; isMore; ) {
      const [row]: { events: string; next: string; is_more: boolean }[] = await this.database.query(UNCOUNTED, [key, from, PAGE]);
      events += Number(row!.events);
      [from, isMore] = [row!.next, row!.is_more];
    }
    return events;
  }

  async definition(board: string): Promise<BoardDefinition | undefined> {
    return (await this.definitions()).find(({ id }) => id === board)?.definition;
  }

  /** Ids of periods of one board are in the order of their times. */
  async droppable(board: string, before: string): Promise<readonly BoardPeriod[]> {
    const rows = await this.database.query<PeriodRow>(
      `SELECT ${PERIOD} FROM board_period
        WHERE board = $1 AND id < $2 AND ends_at <= clock_timestamp() AND closed_at IS NOT NULL
          AND (dropped_at IS NULL OR EXISTS (SELECT FROM score_total WHERE leaderboard_id = key))
          AND NOT EXISTS (SELECT FROM board_closing WHERE period = key AND players IS NULL) ORDER BY starts_at`,
      [board, before],
    );
    return rows.map(toPeriod);
  }

  async countTotals({ key }: BoardPeriod): Promise<number> {
    const [row] = await this.database.query<{ totals: string }>('SELECT count(*) AS totals FROM score_total WHERE leaderboard_id = $1', [key]);
    return Number(row!.totals);
  }

  async drop({ key }: BoardPeriod, limit: number): Promise<number> {
    const [row] = await this.database.query<{ dropped: number }>('SELECT drop_totals($1::smallint, $2::integer) AS dropped', [key, limit]);
    return row!.dropped;
  }

  /** What a function says it did. */
  private async does(call: string, parameters: unknown[] = []): Promise<boolean> {
    const [row] = await this.database.query<{ done: boolean }>(`SELECT ${call} AS done`, parameters);
    return row!.done;
  }

  private definitions(isCurrent = false): Promise<BoardRow[]> {
    return this.database.query<BoardRow>(`SELECT id, definition FROM board ${isCurrent ? 'WHERE removed_at IS NULL ' : ''}ORDER BY id`);
  }

  private refuseChanged(boards: readonly BoardDefinition[], known: ReadonlyMap<string, BoardDefinition>): void {
    const changed = boards.find((board) => known.has(board.id) && !isSameMeaning(board, known.get(board.id)!));
    if (changed) throw new BoardChanged(changed.id);
  }
}

/** Newest first. Without those that ended more than `keep` periods ago and can be read by their order. */
function kept(rows: readonly PeriodRow[], keep: number, now: number): readonly BoardPeriod[] {
  let ended = 0;
  return rows.filter((row) => row.end === null || Number(row.end) > now || ++ended <= keep || !row.ordered).map(toPeriod);
}

/** The newest of each board; `rows` are in the order of boards, the newest first. */
function newestOfEach(rows: readonly PeriodRow[]): readonly PeriodRow[] {
  const counts = new Map<string, number>();
  return rows.filter(({ board }) => {
    const count = (counts.get(board) ?? 0) + 1;
    counts.set(board, count);
    return count <= MAX_EXPIRED;
  });
}

const toPeriod = ({ key, board, id, start, end, closed_at, counts_from }: PeriodRow): BoardPeriod => ({
  key,
  board,
  id,
  start: Number(start),
  ...(end !== null && { end: Number(end) }),
  ...(closed_at !== null && { closedAt: Number(closed_at) }),
  ...(counts_from !== null && { countsFrom: Number(counts_from) }),
});
