import { eventId, type EventPage, type EventPosition, LAST_PLACE, type LedgerEvent, LedgerEvents, type LedgerEventType, type RankedScore, tellsOfBoards, tellsOfFlags, tellsOfTop } from '@scoreboard/domain';
import type { Database } from './database';
import { GLOBAL, movedOf } from './ledger-rows';
import { EVENTS, NEWEST_SEQ } from './reads-of-events';
import { TopDerivation } from './top-derivation';

/** How many numbers of the ledger one read looks at if most of its events are of other types. */
const LOOK = 5_000;

/** How many steps of the derivation one read takes. */
const MAX_STEPS = 10;

type EventRow = {
  readonly reach: string;
  readonly seq: string | null;
  readonly place: number;
  readonly at: Date;
  readonly user_id: string;
  readonly type: LedgerEventType;
  readonly command_id: string;
  readonly score_increment: string;
  readonly score: string;
  readonly action: string | null;
  readonly reverses: string | null;
  readonly moved: string | null;
  readonly rank: number | null;
  readonly closing: ClosingRow | null;
  readonly flag: FlagRow | null;
};

type FlagRow = { readonly flag: number; readonly rule: string; readonly weight: number; readonly reason: string; readonly holds: boolean };

/** Times in ms since the Unix epoch. */
type ClosingRow = { readonly board: string; readonly period: string; readonly start: number | null; readonly end: number | null; readonly players: number; readonly entries: readonly RankedScore[] };

/** `LedgerEvents` on PostgreSQL and on the embedded database, which supports the same SQL. */
export class PostgresLedgerEvents extends LedgerEvents {
  private readonly top: TopDerivation;

  constructor(
    private readonly database: Database,
    /** Number of events that one step of the derivation looks at. */
    pageSize?: number,
  ) {
    super();
    this.top = new TopDerivation(database, pageSize);
  }

  async read(after: EventPosition, limit: number, types: readonly LedgerEventType[]): Promise<EventPage> {
    const withTop = tellsOfTop(types);
    if (withTop) await this.derive();
    const look = types.includes('score.applied') ? limit : LOOK;
    const rows = await this.database.prepared<EventRow>('events', EVENTS, [GLOBAL, after.sequence, after.place, look, withTop, [...types], limit, tellsOfBoards(types), tellsOfFlags(types)]);
    const events = rows.filter(({ seq }) => seq !== null).map(toEvent);
    const last = events.at(-1);
    const reach = Number(rows[0]!.reach);
    if (last && events.length === limit) return { events, next: { sequence: last.sequence, place: last.place } };
    return { events, next: reach > after.sequence ? { sequence: reach, place: withTop ? LAST_PLACE : 0 } : after };
  }

  async latest(types: readonly LedgerEventType[]): Promise<EventPosition> {
    if (tellsOfTop(types)) await this.top.step(); // begins, if nobody has
    const [row] = await this.database.query<{ seq: string }>(
      `SELECT greatest(${NEWEST_SEQ}, (SELECT max(seq) FROM board_closing), (SELECT max(seq) FROM flag_event), 0) AS seq`,
      [GLOBAL],
    );
    return { sequence: Number(row!.seq), place: LAST_PLACE };
  }

  /** After a long time without readers, the derivation is behind. Then each read takes it a part of the way. */
  private async derive(): Promise<void> {
    for (let steps = 0; steps < MAX_STEPS && (await this.top.step()); steps++);
  }
}

function toEvent(row: EventRow): LedgerEvent {
  const position = { sequence: Number(row.seq), place: row.place };
  const moment = { id: eventId(position), ...position, at: row.at };
  const base = { ...moment, userId: row.user_id };
  const score = Number(row.score);
  const change = () => ({ ...base, commandId: row.command_id, scoreIncrement: Number(row.score_increment), score, ...(row.action === null ? {} : { action: row.action }), ...movedOf(row) });
  switch (row.type) {
    case 'score.applied':
      return { ...change(), type: row.type };
    case 'score.reversed':
      return { ...change(), type: row.type, reverses: row.reverses! };
    case 'user.hidden':
    case 'user.shown':
      return { ...base, type: row.type };
    case 'top.entered':
      return { ...base, type: row.type, score, rank: row.rank! };
    case 'top.left':
      return { ...base, type: row.type, score };
    case 'player.flagged':
    case 'flag.cleared':
    case 'flag.confirmed':
    case 'flag.reopened':
      return { ...base, type: row.type, ...row.flag! };
    case 'board.closed': {
      const { start, end, ...closing } = row.closing!;
      return { ...moment, type: row.type, ...closing, start: toDate(start), end: toDate(end), closedAt: row.at };
    }
  }
}

const toDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
