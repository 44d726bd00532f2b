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

/** The schema lacks migrations of this build. */
export class SchemaBehind extends Error {
  constructor(pending: readonly string[], advice: string) {
    super(`the schema lacks ${pending.join(', ')}${advice}`);
    this.name = 'SchemaBehind';
  }
}

/** Any number; the same in every process that migrates. */
const MIGRATION_LOCK = 7_267_266_531;

/**
 * The pool of connections to the ledger's database.
 *
 * Connects at the first query and, after a failure, at the next one: a server that is away is an error of the query,
 * never of the process. Unless it is told otherwise, the schema is brought up to date before the first query, once, under a lock that
 * all processes share. Where nothing is pending, that takes no more than the right to read the table `migrations`.
 */
export class Database implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private source?: DataSource;
  private embedded?: EmbeddedDatabase;
  private opening?: Promise<DataSource>;
  /** Why it has been away since it last answered. */
  private readonly reasons = new Set<string>();
  private isClosed = false;

  constructor(private readonly options: DatabaseOptions) {}

  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const source = await this.open();
    return source.query<Row[]>(sql, parameters);
  }

  /** Connects and brings the schema up to date, as the option `schema` says. Throws where that fails; the next call tries again. */
  open(): Promise<DataSource> {
    if (this.isClosed) return Promise.reject(new Error('the database is closed'));
    this.opening ??= this.connect().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /** Whether the server answers now; within a second, and without waiting for a connection that is being made. A no is logged once. */
  async isUp(): Promise<boolean> {
    const answer = this.query('SELECT 1').then(
      () => (this.reasons.clear(), true),
      (error: Error) => (this.tellOnce(error), false),
    );
    return Promise.race([answer, delay(1_000, false, { ref: false })]);
  }

  /** A data folder that another process holds ends the start, before anything is served. */
  async onModuleInit(): Promise<void> {
    if (!this.options.url) await this.open();
  }

  /** Connects in the background, again until it works; the process serves meanwhile. */
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
    if (!this.isClosed && !this.reasons.has(message)) this.logger.warn(`the database cannot be reached, trying on: ${message}`);
    this.reasons.add(message);
  }

  /** The names of the migrations that it lacks. */
  async pendingMigrations(): Promise<readonly string[]> {
    return pendingIn(await this.open());
  }

  /** Brings the schema up to date, once, under the lock; resolves with the names of the migrations that ran. */
  async migrate(): Promise<readonly string[]> {
    return this.migrateIn(await this.open());
  }

  private async connect(): Promise<DataSource> {
    if (!this.options.url) this.embedded ??= await EmbeddedDatabase.start({ folder: this.options.folder });
    this.source ??= makeDataSource(this.options, this.embedded?.address, (error) =>
      this.logger.warn(`a database connection was lost: ${error.message}`),
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
    if (migrations.length) this.logger.log(`the schema is up to date: ${migrations.length} migrations ran`);
    return migrations.map(({ name }) => name);
  }
}

const pendingIn = async (source: DataSource): Promise<readonly string[]> =>
  (await new MigrationExecutor(source).getPendingMigrations()).map(({ name }) => name);

/** Many processes may start at once: the first migrates, the others wait and find nothing to do. */
async function migrateUnderLock(source: DataSource): Promise<Migration[]> {
  const lock = source.createQueryRunner();
  try {
    // Asked again rather than waited for: a statement's time is limited.
    const take = async () => ((await lock.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as [{ taken: boolean }])[0].taken;
    while (!(await take())) await delay(100);
    const [{ mayChange }] = (await lock.query(`SELECT has_schema_privilege(current_schema(), 'CREATE') AS "mayChange"`)) as [{ mayChange: boolean }];
    if (mayChange) return await source.runMigrations();
    const pending = await pendingIn(source);
    if (!pending.length) return [];
    throw new SchemaBehind(pending, ', and this user may not change it: migrate as its owner, then grant');
  } finally {
    // The lock is the session's: ending the connection would free it as well.
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
      // The server ends what a stopped client left open; the client ends what a silent server does not answer.
      idle_in_transaction_session_timeout: 10_000,
      query_timeout: 20_000,
    },
  });
}
