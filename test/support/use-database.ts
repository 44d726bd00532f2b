import { Database } from '@scoreboard/infrastructure/postgres';
import { freshDatabase } from './fresh-database';

/** Gives the calling suite its own database on the test server, migrated on first use and dropped at the end. `options` connect to the same database. */
export function useDatabase(): { readonly database: Database; readonly options: { readonly url?: string } } {
  const options: { url?: string; readonly connectTimeoutMs: number } = { connectTimeoutMs: 30_000 }; // the URL is known when the suite runs
  const database = new Database(options);
  let drop: () => Promise<void>;
  beforeAll(async () => {
    ({ url: options.url, drop } = await freshDatabase());
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await drop();
  });
  return { database, options };
}

/** The same with the embedded database. */
export function useEmbeddedDatabase(): Database {
  const database = new Database({ connectTimeoutMs: 30_000 });
  beforeAll(() => database.open(), 60_000);
  afterAll(() => database.onApplicationShutdown());
  return database;
}
