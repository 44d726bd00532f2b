import { type DynamicModule, Module } from '@nestjs/common';
import { AuditLog, DATABASE_RECORDS, LedgerSchema, SealedRecords, Sealer, ServiceClients } from '@scoreboard/application';
import { LedgerCorrections, ScoreLedger } from '@scoreboard/domain';
import { Database, type DatabaseOptions } from './database';
import { PostgresAuditLog } from './postgres-audit-log';
import { PostgresClients } from './postgres-clients';
import { PostgresCorrections } from './postgres-corrections';
import { PostgresLedger } from './postgres-ledger';
import { PostgresSchema } from './postgres-schema';
import { PostgresUserRecords } from './postgres-user-records';
import { SealedAddresses } from './sealed-addresses';

/** The ledger, the audit trail and the clients: on PostgreSQL where a URL is given, else on the embedded database. */
@Module({})
export class PostgresModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    return {
      module: PostgresModule,
      global: true,
      providers: [
        { provide: Database, useFactory: () => new Database(options) },
        { provide: ScoreLedger, useFactory: (database: Database) => new PostgresLedger(database), inject: [Database] },
        { provide: LedgerCorrections, useFactory: (database: Database) => new PostgresCorrections(database), inject: [Database] },
        { provide: ServiceClients, useFactory: (database: Database) => new PostgresClients(database), inject: [Database] },
        { provide: LedgerSchema, useFactory: (database: Database) => new PostgresSchema(database), inject: [Database] },
        { provide: DATABASE_RECORDS, useFactory: (database: Database) => new PostgresUserRecords(database), inject: [Database] },
        {
          provide: SealedRecords,
          useFactory: (database: Database, sealer?: Sealer | null) => (sealer ? new SealedAddresses(database, sealer) : null),
          inject: [Database, { token: Sealer, optional: true }],
        },
        {
          provide: AuditLog,
          useFactory: (database: Database, sealer?: Sealer | null) => new PostgresAuditLog(database, sealer),
          // A role that signs and seals nothing, as the worker, has none.
          inject: [Database, { token: Sealer, optional: true }],
        },
      ],
      exports: [Database, ScoreLedger, LedgerCorrections, AuditLog, ServiceClients, LedgerSchema, DATABASE_RECORDS, SealedRecords],
    };
  }
}
