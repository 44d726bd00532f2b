import { randomUUID } from 'node:crypto';
import { Database, PostgresEventConsumers } from '@scoreboard/infrastructure/postgres';

/** Makes a consumer that has set these events aside, in the database of a running system. */
export async function setAsideIn(url: string, consumer: string, places: readonly number[]): Promise<void> {
  const database = new Database({ url, connectTimeoutMs: 30_000 });
  await database.open();
  try {
    const consumers = new PostgresEventConsumers(database);
    const by = { consumer, holder: randomUUID() };
    await consumers.create(consumer, async () => ({ sequence: 1, place: 0 }));
    await consumers.claim(by, 60_000);
    for (const place of places) await consumers.setAside(by, { sequence: 2, place, type: 'score.applied' }, 20, 'status 500');
    await consumers.release(by);
  } finally {
    await database.onApplicationShutdown();
  }
}
