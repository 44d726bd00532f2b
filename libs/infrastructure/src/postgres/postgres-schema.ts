import { LedgerSchema } from '@scoreboard/application';
import type { Database } from './database';

/** The schema of this database. Reading it connects the database, which changes nothing with the option `schema: 'leave'`. */
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
