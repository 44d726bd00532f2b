import { DataSource } from 'typeorm';
import type { EmbeddedAddress } from './embedded-database';
import { Schema1764000000000 } from './migrations/1764000000000-schema';

export interface DatabaseOptions {
  /** `postgres://…`; without it the database is embedded in this process. */
  readonly url?: string;
  /** Where an embedded database keeps its data; in memory without it. */
  readonly folder?: string;
  /** Connections of the pool, at least 2. Default 8; 2 to the embedded database, which is a single session. */
  readonly poolSize?: number;
  /**
   * How long, in ms, a query waits for a connection: for a free one of the pool, and for a new one. Default 2,000, after which somebody who
   * waits is better told so; 10,000 to the embedded database, which is never away, only busy.
   */
  readonly connectTimeoutMs?: number;
  /**
   * What becomes of a schema that is behind before the first query: it is brought up to date (`migrate`, the default), the query throws
   * `SchemaBehind` (`require`), or the schema is left and not looked at (`leave`).
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
    migrations: [Schema1764000000000],
    migrationsTransactionMode: 'each',
    poolSize: options.poolSize ?? (embedded ? 2 : 8),
    connectTimeoutMS: options.connectTimeoutMs ?? (embedded ? 10_000 : 2_000),
    logging: false,
    poolErrorHandler,
    extra: {
      keepAlive: true,
      statement_timeout: 15_000,
      // The server ends what a stopped client left open; the client ends what a silent server does not answer.
      idle_in_transaction_session_timeout: 10_000,
      query_timeout: 20_000,
    },
  });
}
