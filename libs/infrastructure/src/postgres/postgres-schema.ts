import { LedgerSchema } from '@scoreboard/application';
import type { Database } from './database';

/** The schema of this database. It is opened by a look at it: with the option `schema: 'leave'` that changes nothing. */
export class PostgresSchema extends LedgerSchema {
  constructor(private readonly database: Database) {
    super();
  }

  pending(): Promise<readonly string[]> {
    return this.database.pendingMigrations();
  }

  migrate(): Promise<readonly string[]> {
    return this.database.migrate();
  }
}
