import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { type DataSource, QueryFailedError } from 'typeorm';
import { type DatabaseOptions, makeDataSource } from './data-source';
import { EmbeddedDatabase } from './embedded-database';
import { migrateUnderLock, pendingIn, refuseUnreleased, SchemaBehind } from './schema-migrations';

/**
 * The pool of connections to the ledger's database.
 *
 * Connects at the first query and, after a failure, at the next one: if the server is unavailable, the query fails, never the
 * process. By default, pending migrations run once before the first query, under a lock shared by all processes. If none are
 * pending, this only requires read permission on the table `migrations`.
 */
export class Database implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private source?: DataSource;
  private embedded?: EmbeddedDatabase;
  private opening?: Promise<DataSource>;
  /** The reasons logged since the server last answered. */
  private readonly reasons = new Set<string>();
  private isClosed = false;

  constructor(private readonly options: DatabaseOptions) {}

  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const source = await this.open();
    return source.query<Row[]>(sql, parameters);
  }

  /**
   * Like `query`, for statements that run often: a connection parses and plans a statement once, under its name. The plan is for any parameters, so
   * it must not depend on their values, and the statement names its columns, because their number may not change. The embedded database has one
   * session for all connections, and so no names.
   */
  async prepared<Row>(name: string, sql: string, parameters: unknown[]): Promise<Row[]> {
    const source = await this.open();
    if (this.embedded) return source.query<Row[]>(sql, parameters);
    const { master: pool } = source.driver as unknown as { readonly master: Pool };
    const { rows } = await pool.query({ name, text: sql, values: parameters }).catch((error: Error) => {
      throw new QueryFailedError(sql, parameters, error);
    });
    return rows as Row[];
  }

  /** Connects and handles pending migrations according to the option `schema`. Throws if that fails; the next call tries again. */
  open(): Promise<DataSource> {
    if (this.isClosed) return Promise.reject(new Error('the database is closed'));
    this.opening ??= this.connect().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /** Whether the server answers within one second. Each reason for a failure is logged once per outage. */
  async isUp(): Promise<boolean> {
    const answer = this.query('SELECT 1').then(
      () => (this.reasons.clear(), true),
      (error: Error) => (this.tellOnce(error), false),
    );
    return Promise.race([answer, delay(1_000, false, { ref: false })]);
  }

  /** If another process uses the data folder, the start fails before anything is served. */
  async onModuleInit(): Promise<void> {
    if (!this.options.url) await this.open();
  }

  /** Connects in the background and retries until it succeeds; the process serves meanwhile. */
  onApplicationBootstrap(): void {
    void this.openUntilDone();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    if (this.source?.isInitialized) await Promise.race([this.source.destroy(), delay(2_000, undefined, { ref: false })]);
    await this.embedded?.stop();
  }

  private async openUntilDone(): Promise<void> {
    for (let attempt = 0; !this.isClosed; attempt++) {
      try {
        await this.open();
        return;
      } catch (error) {
        this.tellOnce(error as Error);
        await delay(Math.min(200 * 2 ** attempt, 2_000), undefined, { ref: false });
      }
    }
  }

  private tellOnce({ message }: Error): void {
    if (!this.isClosed && !this.reasons.has(message)) this.logger.warn(`cannot connect to the database, retrying: ${message}`);
    this.reasons.add(message);
  }

  /** The names of the pending migrations. */
  async pendingMigrations(): Promise<readonly string[]> {
    return pendingIn(await this.open());
  }

  /** Runs the pending migrations under the lock; resolves with the names of those that ran. */
  async migrate(): Promise<readonly string[]> {
    return this.migrateIn(await this.open());
  }

  private async connect(): Promise<DataSource> {
    if (!this.options.url) this.embedded ??= await EmbeddedDatabase.start({ folder: this.options.folder });
    this.source ??= makeDataSource(this.options, this.embedded?.address, (error) =>
      this.logger.warn(`lost a database connection: ${error.message}`),
    );
    if (!this.source.isInitialized) await this.source.initialize();
    const { schema = 'migrate' } = this.options;
    if (schema === 'migrate') await this.migrateIn(this.source);
    const pending = schema === 'require' ? await pendingIn(this.source) : [];
    if (pending.length) throw new SchemaBehind(pending, ': run scoreboard migrate first');
    return this.source;
  }

  private async migrateIn(source: DataSource): Promise<readonly string[]> {
    await refuseUnreleased(source);
    const names = (this.embedded ? await source.runMigrations() : await migrateUnderLock(source)).map(({ name }) => name);
    if (names.length) this.logger.log(`the schema is up to date, these migrations ran: ${names.join(', ')}`);
    return names;
  }
}
