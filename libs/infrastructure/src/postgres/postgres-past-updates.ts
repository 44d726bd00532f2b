import { type IntervalFacts, type JumpFacts, type PastFilter, PastUpdates, type RateFacts } from '@scoreboard/application';
import { toPattern } from './action-pattern';
import type { Database } from './database';
import { GLOBAL } from './ledger-rows';
import { INTERVALS, RATES, USUAL } from './reads-of-pasts';

type RateRow = { readonly seq: string; readonly updates: string; readonly points: string };
type UsualRow = { readonly seq: string; readonly own_updates: string; readonly own_median: string | null; readonly board_updates: string; readonly board_median: string | null };
type IntervalRow = { readonly seq: string; readonly seconds: number };

const patternsOf = ({ actions }: PastFilter) => actions?.map(toPattern) ?? null;

/** `PastUpdates` on PostgreSQL and on the embedded database, which supports the same SQL. */
export class PostgresPastUpdates extends PastUpdates {
  constructor(private readonly database: Database) {
    super();
  }

  async rates(sequences: readonly number[], seconds: number, filter: PastFilter): Promise<readonly RateFacts[]> {
    const rows = await this.database.prepared<RateRow>('past-rates', RATES, [GLOBAL, [...sequences], seconds, patternsOf(filter)]);
    return rows.map(({ seq, updates, points }) => ({ sequence: Number(seq), updates: Number(updates), points: Number(points) }));
  }

  async usual(sequences: readonly number[], filter: PastFilter): Promise<readonly JumpFacts[]> {
    const rows = await this.database.prepared<UsualRow>('past-usual', USUAL, [GLOBAL, [...sequences], patternsOf(filter)]);
    return rows.map((row) => ({
      sequence: Number(row.seq),
      own: { updates: Number(row.own_updates), median: Number(row.own_median) },
      board: { updates: Number(row.board_updates), median: Number(row.board_median) },
    }));
  }

  async intervals(sequences: readonly number[]): Promise<readonly IntervalFacts[]> {
    const rows = await this.database.prepared<IntervalRow>('past-intervals', INTERVALS, [GLOBAL, [...sequences]]);
    return rows.map(({ seq, seconds }) => ({ sequence: Number(seq), seconds }));
  }
}
