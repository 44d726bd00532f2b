import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource, type Migration, MigrationExecutor } from 'typeorm';
import { type EmbeddedAddress, EmbeddedDatabase } from './embedded-database';
import { Ledger1764000000000 } from './migrations/1764000000000-ledger';
import { ApplyScores1764000000001 } from './migrations/1764000000001-apply-scores';
import { Moderation1764000000010 } from './migrations/1764000000010-moderation';
import { AuditLog1764000000020 } from './migrations/1764000000020-audit-log';
import { Client1764000000021 } from './migrations/1764000000021-client';
import { ForgetUser1764000000022 } from './migrations/1764000000022-forget-user';
import { FunctionsOfTheOwner1764000000030 } from './migrations/1764000000030-functions-of-the-owner';
import { TraceId1764000000040 } from './migrations/1764000000040-trace-id';
import { HiddenUsers1764000000060 } from './migrations/1764000000060-hidden-users';
import { ServiceIssuer1764000000070 } from './migrations/1764000000070-service-issuer';
import { Reversals1764000000071 } from './migrations/1764000000071-reversals';

export interface DatabaseOptions {
  /** `postgres://…`. Default: a database embedded in this process. */
  readonly url?: string;
  /** Data folder of an embedded database. Default: in memory. */
  readonly folder?: string;
  /** Connections in the pool, at least 2. Default: 8; for the embedded database, which has a single session, 2. */
  readonly poolSize?: number;
  /**
   * How long a query waits for a free connection of the pool or for a new one, in ms. Default: 2,000, so that waiting callers get an
   * error soon; for the embedded database, which is never unavailable, only busy, 10,000.
   */
  readonly connectTimeoutMs?: number;
  /**
   * What to do about pending migrations before the first query: run them (`migrate`, the default), throw `SchemaBehind` (`require`), or
   * do not check (`leave`).
   */
  readonly schema?: 'migrate' | 'require' | 'leave';
}

/** The database schema lacks migrations of this build. */
export class SchemaBehind extends Error {
  constructor(pending: readonly string[], advice: string) {
    super(`the schema lacks ${pending.join(', ')}${advice}`);
    this.name = 'SchemaBehind';
  }
}

/** An arbitrary number; must be the same in every process that migrates. */
const MIGRATION_LOCK = 7_267_266_531;

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
    const migrations = this.embedded ? await source.runMigrations() : await migrateUnderLock(source);
    if (migrations.length) this.logger.log(`the schema is up to date: ran ${migrations.length} migrations`);
    return migrations.map(({ name }) => name);
  }
}

const pendingIn = async (source: DataSource): Promise<readonly string[]> =>
  (await new MigrationExecutor(source).getPendingMigrations()).map(({ name }) => name);

/** Several processes may start at once: the first one migrates, the others wait and find nothing to do. */
async function migrateUnderLock(source: DataSource): Promise<Migration[]> {
  const lock = source.createQueryRunner();
  try {
    // Polled, because a statement that waits for the lock would run into the statement timeout.
    const take = async () => ((await lock.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as [{ taken: boolean }])[0].taken;
    while (!(await take())) await delay(100);
    const [{ mayChange }] = (await lock.query(`SELECT has_schema_privilege(current_schema(), 'CREATE') AS "mayChange"`)) as [{ mayChange: boolean }];
    if (mayChange) return await source.runMigrations();
    const pending = await pendingIn(source);
    if (!pending.length) return [];
    throw new SchemaBehind(pending, ', and this user is not allowed to change it: run scoreboard migrate as the owner, then grant privileges');
  } finally {
    // The lock belongs to the session, so closing the connection would release it too.
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).finally(() => lock.release());
  }
}

function makeDataSource(options: DatabaseOptions, embedded: EmbeddedAddress | undefined, poolErrorHandler: (error: Error) => void): DataSource {
  const address = embedded
    ? { host: embedded.socketFolder ?? '127.0.0.1', port: embedded.port, username: 'postgres', database: 'postgres' }
    : { url: options.url };
  return new DataSource({
    type: 'postgres',
    ...address,
    applicationName: 'scoreboard',
    migrations: [
      Ledger1764000000000,
      ApplyScores1764000000001,
      Moderation1764000000010,
      AuditLog1764000000020,
      Client1764000000021,
      ForgetUser1764000000022,
      FunctionsOfTheOwner1764000000030,
      TraceId1764000000040,
      HiddenUsers1764000000060,
      ServiceIssuer1764000000070,
      Reversals1764000000071,
    ],
    migrationsTransactionMode: 'each',
    poolSize: options.poolSize ?? (embedded ? 2 : 8),
    connectTimeoutMS: options.connectTimeoutMs ?? (embedded ? 10_000 : 2_000),
    logging: false,
    poolErrorHandler,
    extra: {
      keepAlive: true,
      statement_timeout: 15_000,
      // The server aborts transactions of a stopped client; the client aborts queries that a silent server does not answer.
      idle_in_transaction_session_timeout: 10_000,
      query_timeout: 20_000,
    },
  });
}
