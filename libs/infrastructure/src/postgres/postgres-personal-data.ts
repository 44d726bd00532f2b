import { PersonalData } from '@scoreboard/application';
import type { Database } from './database';
import { GLOBAL } from './ledger-rows';

/**
 * A user's ids in the database: events, total, rejections, the list of hidden users, and in the audit trail as target, actor (whose
 * addresses go; an operator of the same name is somebody else) or a detail. All or none. Writers wait for the end of it only.
 */
export class PostgresPersonalData extends PersonalData {
  constructor(private readonly database: Database) {
    super();
  }

  async count(userId: string): Promise<number> {
    const [row] = await this.database.query<{ count: string }>(
      `SELECT (SELECT count(*) FROM score_event WHERE leaderboard_id = $1 AND user_id = $2)
            + (SELECT count(*) FROM score_total WHERE leaderboard_id = $1 AND user_id = $2)
            + (SELECT count(*) FROM score_rejection WHERE leaderboard_id = $1 AND user_id = $2)
            + (SELECT count(*) FROM hidden_user WHERE leaderboard_id = $1 AND (user_id = $2 OR hidden_by = $2))
            + (SELECT count(*) FROM audit_log WHERE target = $2 OR (actor = $2 AND NOT coalesce(details ? 'console', false))
                  OR EXISTS (SELECT FROM jsonb_each(details) WHERE value = to_jsonb($2::text))) AS count`,
      [GLOBAL, userId],
    );
    return Number(row!.count);
  }

  async rename(userId: string, pseudonym: string): Promise<number> {
    const [row] = await this.database.query<{ renamed: string }>(
      'SELECT rename_user($1::smallint, $2, $3) + rename_hidden_user($1::smallint, $2, $3) - keep_operator_name($2, $3) AS renamed',
      [GLOBAL, userId, pseudonym],
    );
    return Number(row!.renamed);
  }
}
