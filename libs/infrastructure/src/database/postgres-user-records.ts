import { UserRecords } from '@scoreboard/application';
import type { Database } from './database';
import { GLOBAL } from './ledger-rows';

/**
 * A user's ids in the database: events, total, rejections, the list of hidden users, and in the audit trail as target, actor (whose
 * addresses go) or a detail. All or none. Writers wait for the end of it only.
 */
export class PostgresUserRecords extends UserRecords {
  constructor(private readonly database: Database) {
    super();
  }

  async rename(userId: string, pseudonym: string): Promise<number> {
    const [row] = await this.database.query<{ renamed: string }>(
      'SELECT rename_user($1::smallint, $2, $3) + rename_hidden_user($1::smallint, $2, $3) AS renamed',
      [GLOBAL, userId, pseudonym],
    );
    return Number(row!.renamed);
  }
}
