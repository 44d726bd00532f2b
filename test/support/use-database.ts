import { Database } from '@scoreboard/infrastructure/postgres';
import { freshDatabase } from './fresh-database';

/**
 * Gives the calling suite its own database on the test server, migrated on first use and dropped at the end. `options` connect to the same database.
 * Where there is no server, a suite that does not ask for one has an embedded database, which takes ten times as much CPU.
 */
export function useDatabase(): { readonly database: Database; readonly options: { readonly url?: string } } {
  const options: { url?: string; readonly connectTimeoutMs: number } = { connectTimeoutMs: 30_000 }; // the URL is known when the suite runs
  const database = new Database(options);
  let drop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    if (process.env.TEST_DATABASE_URL) ({ url: options.url, drop } = await freshDatabase());
    await database.open();
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await drop?.();
  });
  return { database, options };
}

/** An embedded database, for suites that are about it. */
export function useEmbeddedDatabase(): Database {
  const database = new Database({ connectTimeoutMs: 30_000 });
  beforeAll(() => database.open());
  afterAll(() => database.onApplicationShutdown());
  return database;
}
