import {
  type EarnedWindow,
  type HiddenUser,
  type HidingReason,
  type LedgerChange,
  LedgerAdjustments,
  type Reversal,
  type ReversalCount,
  type ReversalTarget,
} from '@scoreboard/domain';
import type { Database } from './database';
import { type ChangeRow, GLOBAL, toChange } from './ledger-rows';

/** `LedgerAdjustments` on PostgreSQL and on the embedded database, which supports the same SQL. */
export class PostgresAdjustments extends LedgerAdjustments {
  constructor(private readonly database: Database) {
    super();
  }

  async reverse(commandIds: readonly string[]): Promise<Reversal> {
    const [row] = await this.database.query<ChangeRow & { known: number; points: string }>('SELECT * FROM reverse_commands($1::smallint, $2::uuid[])', [
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

  async countReversal(target: ReversalTarget): Promise<ReversalCount> {
    const { commandId, userId, from, to, action } = { commandId: undefined, userId: undefined, from: undefined, to: undefined, action: undefined, ...target };
    const [row] = await this.database.query<{ known: number; reversed: number; points: string }>(
      `WITH earner AS (SELECT coalesce($2::text, (SELECT user_id FROM score_event WHERE +leaderboard_id = $1 AND command_id = $3::uuid)) AS id),
            taken AS (SELECT reverses FROM score_event, earner WHERE leaderboard_id = $1 AND user_id = earner.id COLLATE "C" AND reverses IS NOT NULL)
       SELECT count(*)::integer AS known,
              count(*) FILTER (WHERE taken.reverses IS NULL)::integer AS reversed,
              coalesce(sum(score_increment) FILTER (WHERE taken.reverses IS NULL), 0) AS points
         FROM earner JOIN score_event AS earned ON leaderboard_id = $1 AND user_id = earner.id COLLATE "C" AND score_increment > 0
         LEFT JOIN taken ON taken.reverses = earned.command_id
        WHERE ($3::uuid IS NULL OR command_id = $3)
          AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5) AND ($6::text IS NULL OR action = $6)`,
      [GLOBAL, userId, commandId, from, to, action],
    );
    return { ...row!, points: Number(row!.points) };
  }

  async setHidden(userId: string, hidden: boolean, { reason, by }: HidingReason): Promise<LedgerChange> {
    const [row] = await this.database.query<ChangeRow>('SELECT * FROM hide_user($1::smallint, $2, $3, $4, $5)', [GLOBAL, userId, hidden, reason, by]);
    return toChange(row!);
  }

  async hiddenUsers(limit: number, before = Number.MAX_SAFE_INTEGER): Promise<readonly HiddenUser[]> {
    const rows = await this.database.query<HiddenRow>(
      `SELECT user_id, seq, since, reason, hidden_by FROM hidden_user WHERE leaderboard_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`,
      [GLOBAL, before, limit],
    );
    return rows.map(toHiddenUser);
  }
}

type HiddenRow = { user_id: string; seq: string; since: Date; reason: string | null; hidden_by: string | null };

const toHiddenUser = ({ user_id: userId, seq, since, reason, hidden_by: by }: HiddenRow): HiddenUser => ({
  userId,
  seq: Number(seq),
  since,
  ...(reason === null ? {} : { reason }),
  ...(by === null ? {} : { by }),
});
