import { type EarnedWindow, type LedgerChange, LedgerCorrections, type Reversal } from '@scoreboard/domain';
import type { Database } from './database';
import { type ChangeRow, GLOBAL, toChange } from './ledger-rows';

/** `LedgerCorrections` on PostgreSQL, and on the embedded database, which speaks the same SQL. */
export class PostgresCorrections extends LedgerCorrections {
  constructor(private readonly database: Database) {
    super();
  }

  async reverse(commandIds: readonly string[]): Promise<Reversal> {
    const [row] = await this.database.query<ChangeRow & { known: number; points: string }>('SELECT * FROM reverse_scores($1::smallint, $2::uuid[])', [
      GLOBAL,
      [...commandIds],
    ]);
    const change = toChange(row!);
    return { ...change, known: row!.known, reversed: change.range.to - change.range.from, points: Number(row!.points) };
  }

  async earned({ userId, from, to, action }: EarnedWindow, limit: number, before = Number.MAX_SAFE_INTEGER) {
    const rows = await this.database.query<{ command_id: string; seq: string }>(
      `SELECT command_id, seq FROM score_event
        WHERE leaderboard_id = $1 AND user_id = $2 AND seq < $3 AND score_increment > 0
          AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5) AND ($6::text IS NULL OR action = $6)
        ORDER BY seq DESC LIMIT $7`,
      [GLOBAL, userId, before, from, to, action, limit],
    );
    return rows.map((row) => ({ commandId: row.command_id, seq: Number(row.seq) }));
  }

  async setHidden(userId: string, hidden: boolean): Promise<LedgerChange> {
    const [row] = await this.database.query<ChangeRow>('SELECT * FROM set_hidden($1::smallint, $2, $3)', [GLOBAL, userId, hidden]);
    return toChange(row!);
  }
}
