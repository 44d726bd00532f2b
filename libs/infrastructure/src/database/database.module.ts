import { type DynamicModule, Module } from '@nestjs/common';
import { LedgerCorrections, ScoreLedger } from '@scoreboard/domain';
import { Database, type DatabaseOptions } from './database';
import { PostgresCorrections } from './postgres-corrections';
import { PostgresLedger } from './postgres-ledger';

/** The ledger: on PostgreSQL where a URL is given, else on the embedded database. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: Database, useFactory: () => new Database(options) },
        { provide: ScoreLedger, useFactory: (database: Database) => new PostgresLedger(database), inject: [Database] },
        { provide: LedgerCorrections, useFactory: (database: Database) => new PostgresCorrections(database), inject: [Database] },
      ],
      exports: [Database, ScoreLedger, LedgerCorrections],
    };
  }
}
