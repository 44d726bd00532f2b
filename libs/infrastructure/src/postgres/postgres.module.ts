import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { AuditLog, BoardStore, ConsumerRecords, DATABASE_PERSONAL_DATA, WorkerReports, EventConsumers, LedgerSchema, PastUpdates, PlayerActivity, PlayerFlags, PlayerPages, Profiles, PublicIds, SealedRecords, FieldCipher, ServiceClients } from '@scoreboard/application';
import { GuestClaims, LedgerAdjustments, LedgerEvents, ScoreLedger } from '@scoreboard/domain';
import type { DatabaseOptions } from './data-source';
import { Database } from './database';
import { PostgresBoards } from './postgres-boards';
import { PostgresWorkerReports } from './postgres-worker-reports';
import { PostgresAuditLog } from './postgres-audit-log';
import { PostgresClients } from './postgres-clients';
import { PostgresConsumerRecords } from './postgres-consumer-records';
import { PostgresEventConsumers } from './postgres-event-consumers';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresGuestClaims } from './postgres-guest-claims';
import { PostgresLedger } from './postgres-ledger';
import { PostgresLedgerEvents } from './postgres-ledger-events';
import { PostgresPlayerActivity } from './postgres-player-activity';
import { PostgresPlayerPages } from './postgres-player-pages';
import { PostgresPastUpdates } from './postgres-past-updates';
import { PostgresPlayerFlags } from './postgres-player-flags';
import { PostgresProfiles } from './postgres-profiles';
import { PostgresPublicIds } from './postgres-public-ids';
import { PostgresSchema } from './postgres-schema';
import { PostgresPersonalData } from './postgres-personal-data';
import { SealedColumns } from './sealed-columns';

const OPTIONS = Symbol('options of the database');

/** Ledger, audit log and service clients: on PostgreSQL if a URL is given, otherwise on the embedded database. */
@Module({})
export class PostgresModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    return PostgresModule.forRootAsync({ useFactory: () => options });
  }

  /** For options that are known when the application is created. */
  static forRootAsync(options: Pick<FactoryProvider<DatabaseOptions>, 'useFactory' | 'inject'>): DynamicModule {
    return {
      module: PostgresModule,
      global: true,
      providers: [
        { provide: OPTIONS, ...options },
        { provide: Database, useFactory: (given: DatabaseOptions) => new Database(given), inject: [OPTIONS] },
        { provide: ScoreLedger, useFactory: (database: Database) => new PostgresLedger(database), inject: [Database] },
        { provide: BoardStore, useFactory: (database: Database) => new PostgresBoards(database), inject: [Database] },
        { provide: WorkerReports, useFactory: (database: Database) => new PostgresWorkerReports(database), inject: [Database] },
        { provide: LedgerEvents, useFactory: (database: Database) => new PostgresLedgerEvents(database), inject: [Database] },
        { provide: EventConsumers, useFactory: (database: Database) => new PostgresEventConsumers(database), inject: [Database] },
        { provide: ConsumerRecords, useFactory: (database: Database) => new PostgresConsumerRecords(database), inject: [Database] },
        { provide: LedgerAdjustments, useFactory: (database: Database) => new PostgresAdjustments(database), inject: [Database] },
        { provide: GuestClaims, useFactory: (database: Database) => new PostgresGuestClaims(database), inject: [Database] },
        { provide: PastUpdates, useFactory: (database: Database) => new PostgresPastUpdates(database), inject: [Database] },
        { provide: PlayerFlags, useFactory: (database: Database) => new PostgresPlayerFlags(database), inject: [Database] },
        { provide: ServiceClients, useFactory: (database: Database) => new PostgresClients(database), inject: [Database] },
        { provide: LedgerSchema, useFactory: (database: Database) => new PostgresSchema(database), inject: [Database] },
        { provide: DATABASE_PERSONAL_DATA, useFactory: (database: Database) => new PostgresPersonalData(database), inject: [Database] },
        {
          provide: SealedRecords,
          useFactory: (database: Database, cipher?: FieldCipher | null) => (cipher ? new SealedColumns(database, cipher) : null),
          inject: [Database, { token: FieldCipher, optional: true }],
        },
        { provide: PlayerPages, useFactory: (database: Database) => new PostgresPlayerPages(database), inject: [Database] },
        { provide: PlayerActivity, useFactory: (database: Database) => new PostgresPlayerActivity(database), inject: [Database] },
        { provide: PublicIds, useFactory: (database: Database) => new PostgresPublicIds(database), inject: [Database] },
        {
          provide: Profiles,
          useFactory: (database: Database, cipher?: FieldCipher | null) => new PostgresProfiles(database, cipher),
          inject: [Database, { token: FieldCipher, optional: true }],
        },
        {
          provide: AuditLog,
          useFactory: (database: Database, cipher?: FieldCipher | null) => new PostgresAuditLog(database, cipher),
          // Absent in roles that encrypt nothing, such as the worker.
          inject: [Database, { token: FieldCipher, optional: true }],
        },
      ],
      exports: [Database, ScoreLedger, BoardStore, WorkerReports, LedgerEvents, EventConsumers, ConsumerRecords, LedgerAdjustments, GuestClaims, PastUpdates, PlayerFlags, AuditLog, PlayerPages, PlayerActivity, Profiles, PublicIds, ServiceClients, LedgerSchema, DATABASE_PERSONAL_DATA, SealedRecords],
    };
  }
}
