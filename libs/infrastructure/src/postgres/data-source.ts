import type { ClientBase } from 'pg';
import { DataSource } from 'typeorm';
import type { EmbeddedAddress } from './embedded-database';
import { Schema1764000000000 } from './migrations/1764000000000-schema';
import { ForgetIndexes1795900000000 } from './migrations/1795900000000-forget-indexes';
import { RenameByIndex1795900000001 } from './migrations/1795900000001-rename-by-index';
import { Boards1796100000000 } from './migrations/1796100000000-boards';
import { EventTables1796200000000 } from './migrations/1796200000000-event-tables';
import { HidingIndex1796200000001 } from './migrations/1796200000001-hiding-index';
import { Profiles1796300000000 } from './migrations/1796300000000-profiles';
import { PublicIds1796300000001 } from './migrations/1796300000001-public-ids';
import { BoardClosings1796400000000 } from './migrations/1796400000000-board-closings';
import { BoardFilling1796400000001 } from './migrations/1796400000001-board-filling';
import { BoardDropping1796400000002 } from './migrations/1796400000002-board-dropping';
import { PeriodOrders1796400000003 } from './migrations/1796400000003-period-orders';
import { QueueLooks1796400000004 } from './migrations/1796400000004-queue-looks';
import { ResolvedProfiles1796500000000 } from './migrations/1796500000000-resolved-profiles';
import { GuestClaims1797000000000 } from './migrations/1797000000000-guest-claims';
import { PlayerPages1797000000001 } from './migrations/1797000000001-player-pages';
import { NameCodes1797100000000 } from './migrations/1797100000000-name-codes';
import { NameIndexes1797100000001 } from './migrations/1797100000001-name-indexes';
import { PlayerFlags1797200000000 } from './migrations/1797200000000-player-flags';
import { StandingsByUser1797300000000 } from './migrations/1797300000000-standings-by-user';

/** Which database, and how it is used. */
export interface DatabaseOptions {
  /** `postgres://…`; if absent, the database is embedded in this process. */
  readonly url?: string;
  /** The data folder of an embedded database; if absent, it is in memory. */
  readonly folder?: string;
  /** Size of the connection pool, at least 2. Default: 8; for the embedded database 2, because it has a single session. */
  readonly poolSize?: number;
  /**
   * How long, in ms, a query waits for a free connection of the pool, and for a new one. Default: 2,000, so that callers get an error
   * soon; for the embedded database 10,000, because it is never unavailable, only busy.
   */
  readonly connectTimeoutMs?: number;
  /**
   * What to do before the first query if the schema lacks migrations: run them (`migrate`, the default) or throw `SchemaBehind`
   * (`require`). `leave` does not check the schema.
   */
  readonly schema?: 'migrate' | 'require' | 'leave';
}

export function makeDataSource(options: DatabaseOptions, embedded: EmbeddedAddress | undefined, poolErrorHandler: (error: Error) => void): DataSource {
  const address = embedded
    ? { host: embedded.socketFolder ?? '127.0.0.1', port: embedded.port, username: 'postgres', database: 'postgres' }
    : { url: options.url };
  return new DataSource({
    type: 'postgres',
    ...address,
    applicationName: 'scoreboard',
    migrations: [
      Schema1764000000000,
      ForgetIndexes1795900000000,
      RenameByIndex1795900000001,
      Boards1796100000000,
      EventTables1796200000000,
      HidingIndex1796200000001,
      Profiles1796300000000,
      PublicIds1796300000001,
      BoardClosings1796400000000,
      BoardFilling1796400000001,
      BoardDropping1796400000002,
      PeriodOrders1796400000003,
      QueueLooks1796400000004,
      ResolvedProfiles1796500000000,
      GuestClaims1797000000000,
      PlayerPages1797000000001,
      NameCodes1797100000000,
      NameIndexes1797100000001,
      PlayerFlags1797200000000,
      StandingsByUser1797300000000,
    ],
    migrationsTransactionMode: 'each',
    poolSize: options.poolSize ?? (embedded ? 2 : 8),
    connectTimeoutMS: options.connectTimeoutMs ?? (embedded ? 10_000 : 2_000),
    logging: false,
    poolErrorHandler,
    extra: {
      keepAlive: true,
      // A plan is kept for a connection, see `Database.prepared`. One that was made while a table was small would read the whole table for as long as
      // its statistics stay old. A statement that has to read a whole table still does; its cost then looks so high that JIT would compile it.
      onConnect: (client: ClientBase) => client.query('SET enable_seqscan = off; SET jit = off'),
      statement_timeout: 15_000,
      // The server ends the transaction of a stopped client; the client ends a query that the server does not answer.
      idle_in_transaction_session_timeout: 10_000,
      query_timeout: 20_000,
    },
  });
}
