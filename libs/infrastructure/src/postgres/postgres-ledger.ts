import {
  type AppliedBatch,
  type CommandOutcome,
  type HistoryItem,
  type LedgerChange,
  type LedgerHead,
  type RankedScore,
  type Rejection,
  type ScoreCommand,
  ScoreLedger,
  type Standing,
  UnprocessableBatch,
} from '@scoreboard/domain';
import { QueryFailedError } from 'typeorm';
import { columnsOf } from './command-columns';
import type { Database } from './database';
import { type ChangeRow, GLOBAL, type HeadRow, type HistoryRow, type OutcomeRow, parseStandings, type RankedRow, type StandingRow, toChange, toHead, toHistoryItem, toOutcome, toRanked, toStanding } from './ledger-rows';
import { HISTORY, OUTCOMES } from './reads-by-index';
import { NEWEST_SEQ } from './reads-of-events';
import { IS_ORDERED, ORDERED_PLAYERS, ORDERED_RANKED, ORDERED_TOP } from './reads-of-ordered-periods';
import { AROUND, BEST, PLAYERS, RANKED, TOP, USER_COUNT } from './reads-of-all-totals';

/** SQLSTATE classes caused by the data, not by the server: 22 data exception, 23 integrity constraint violation. */
const DATA_ERROR = /^(22|23)/;

/** The newest sequence number, of the leaderboard `$1`. */
const LAST_SEQ = `greatest(floor_seq, ${NEWEST_SEQ}) AS last_seq`;

/** `ScoreLedger` on PostgreSQL and on the embedded database, which supports the same SQL. */
export class PostgresLedger extends ScoreLedger {
  constructor(
    private readonly database: Database,
    /** Whose totals are read. */
    private readonly period: number = GLOBAL,
  ) {
    super();
  }

  ofPeriod(key: number): ScoreLedger {
    return key === this.period ? this : new PostgresLedger(this.database, key);
  }

  async apply(commands: readonly ScoreCommand[]): Promise<AppliedBatch> {
    const [row] = await this.database
      .prepared<ChangeRow & { conflicts: number[] | null; lock_wait_ms: number }>(
        'apply',
        'SELECT range_from, range_to, conflicts, standings, period_standings, lock_wait_ms FROM apply_commands($1::smallint, $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::bigint[])',
        [GLOBAL, ...columnsOf(commands)],
      )
      .catch(throwIfDataError);
    const change = toChange(row!);
    return {
      ...change,
      applied: change.range.to - change.range.from,
      conflicts: row!.conflicts ?? [],
      lockWaitMs: row!.lock_wait_ms,
    };
  }

  async reject(rejections: readonly Rejection[]): Promise<void> {
    await this.database.query(
      `INSERT INTO score_rejection (leaderboard_id, command_id, user_id, score_increment, issued_by, issuer, reason)
       SELECT $1::smallint, * FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::uuid[], $7::text[])
       ON CONFLICT DO NOTHING`,
      [
        GLOBAL,
        rejections.map(({ command }) => command.commandId),
        rejections.map(({ command }) => command.userId),
        rejections.map(({ command }) => command.scoreIncrement),
        rejections.map(({ command }) => command.issuedBy ?? null),
        rejections.map(({ command }) => command.issuerDigest ?? null),
        rejections.map(({ reason }) => reason),
      ],
    );
  }

  async outcomes(commandIds: readonly string[]): Promise<readonly CommandOutcome[]> {
    const rows = await this.database.prepared<OutcomeRow>('outcomes', OUTCOMES, [GLOBAL, [...commandIds]]);
    return rows.map(toOutcome);
  }

  async head(): Promise<LedgerHead> {
    const [row] = await this.database.query<HeadRow>(`SELECT ledger_id, ${LAST_SEQ} FROM leaderboard WHERE id = $1`, [GLOBAL]);
    return toHead(row!);
  }

  async raiseSequenceFloor(): Promise<LedgerHead> {
    await this.database.query(
      `UPDATE leaderboard SET floor_seq = greatest(floor_seq, floor(extract(epoch FROM clock_timestamp()))::bigint * 1048576) WHERE id = $1`,
      [GLOBAL],
    );
    return this.head();
  }

  /** One text instead of rows, which costs Node half as much. `string_agg` keeps the order of the subquery. */
  async standings(after: string | undefined, limit: number): Promise<readonly Standing[]> {
    const [row] = await this.database.query<{ standings: string | null }>(
      `SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n') AS standings
         FROM (SELECT * FROM score_total WHERE leaderboard_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3) AS page`,
      [this.period, after ?? '', limit],
    );
    return parseStandings(row!.standings);
  }

  /** LIMIT leaves only a look-up for each user. With `IN`, a page of some size makes PostgreSQL read every total. */
  async changedSince(seq: number, limit: number): Promise<LedgerChange> {
    const [row] = await this.database.query<{ last_seq: string; seen: string; page_end: string | null; standings: string | null }>(
      `WITH page AS (SELECT seq, user_id FROM score_event WHERE leaderboard_id = $1 AND seq > $2 ORDER BY seq LIMIT $3)
       SELECT (SELECT ${LAST_SEQ} FROM leaderboard WHERE id = $1),
              (SELECT count(*) FROM page) AS seen,
              (SELECT max(seq) FROM page) AS page_end,
              (SELECT string_agg(concat_ws(' ', user_id, score, reached_at, version, hidden::integer), E'\n')
                 FROM (SELECT DISTINCT user_id AS id FROM page) AS changed
                CROSS JOIN LATERAL (SELECT * FROM score_total WHERE leaderboard_id = $4 AND user_id = changed.id LIMIT 1) AS total) AS standings`,
      [GLOBAL, seq, limit, this.period],
    );
    const isLastPage = Number(row!.seen) < limit;
    return { standings: parseStandings(row!.standings), range: { from: seq, to: Number(isLastPage ? row!.last_seq : row!.page_end) } };
  }

  async standing(userId: string): Promise<Standing | undefined> {
    const [row] = await this.database.prepared<StandingRow>(
      'standing',
      'SELECT user_id, score, reached_at, version, hidden FROM score_total WHERE leaderboard_id = $1 AND user_id = $2',
      [this.period, userId],
    );
    return row && toStanding(row);
  }

  async userCount(): Promise<number> {
    const [row] = await this.database.query<{ users: string }>(USER_COUNT, [this.period]);
    return Number(row!.users);
  }

  async best(count: number): Promise<readonly Standing[]> {
    const rows = await this.database.query<StandingRow>(BEST, [this.period, count]);
    return rows.map(toStanding);
  }

  async top(count: number, from = 1): Promise<readonly RankedScore[]> {
    const rows = await this.database.query<RankedRow>((await this.isOrdered()) ? ORDERED_TOP : TOP, [this.period, from, count]);
    return rows.map(toRanked);
  }

  async players(): Promise<number> {
    const [row] = await this.database.query<{ players: string }>((await this.isOrdered()) ? ORDERED_PLAYERS : PLAYERS, [this.period]);
    return Number(row!.players);
  }

  async ranked(userIds: readonly string[]): Promise<readonly RankedScore[]> {
    const rows = await this.database.query<RankedRow>((await this.isOrdered()) ? ORDERED_RANKED : RANKED, [this.period, [...userIds]]);
    return rows.map(toRanked);
  }

  async around(userId: string, radius: number): Promise<readonly RankedScore[]> {
    if (await this.isOrdered()) return this.aroundInOrder(userId, radius);
    const rows = await this.database.query<RankedRow>(AROUND, [this.period, userId, radius]);
    return rows.map(toRanked);
  }

  async history(userId: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<readonly HistoryItem[]> {
    const rows = await this.database.prepared<HistoryRow>('history', HISTORY, [GLOBAL, userId, before, limit]);
    return rows.map(toHistoryItem);
  }

  /** Whether the totals of this period need not be scanned. */
  private async isOrdered(): Promise<boolean> {
    return this.period !== GLOBAL && (await this.database.query(IS_ORDERED, [this.period])).length > 0;
  }

  private async aroundInOrder(userId: string, radius: number): Promise<readonly RankedScore[]> {
    const [own] = await this.ranked([userId]);
    if (!own || radius === 0) return own ? [own] : [];
    const first = Math.max(1, own.rank - radius);
    return this.top(own.rank + radius - first + 1, first);
  }
}

function throwIfDataError(error: unknown): never {
  if (error instanceof QueryFailedError) {
    const { code, constraint } = error.driverError as { code?: string; constraint?: string };
    if (constraint === 'total_limit') throw new UnprocessableBatch('total-limit', { cause: error });
    if (code && DATA_ERROR.test(code)) throw new UnprocessableBatch('unprocessable', { cause: error });
  }
  throw error;
}
