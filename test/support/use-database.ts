import { Database } from '@scoreboard/infrastructure/postgres';
import { freshDatabase } from './fresh-database';

/** Gives the suite that calls it a database of its own on the test server, migrated at its first use and dropped in the end; `options` reach it as well. */
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
