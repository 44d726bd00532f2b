import { once } from 'node:events';
import { closeRedis, connectRedis } from '@scoreboard/infrastructure/redis';
import { brokerUrls, type Settings } from '@scoreboard/infrastructure/config';
import { Database, type DatabaseOptions, FolderInUse, SchemaBehind, UnreleasedSchema } from '@scoreboard/infrastructure/postgres';
import { DeadLetterQueue } from '@scoreboard/infrastructure/rabbitmq';
import { CommandFailed, EXIT } from '@scoreboard/interfaces/operator';
import type { RedisClientType } from 'redis';

/** On a busy machine, an operator prefers waiting to an error. */
const WITHIN_MS = 10_000;

/** Opens the database of `DATABASE_URL`, or the one in `DATA_DIR` if no URL is set. Throws `CommandFailed` if it cannot be used. */
export async function openDatabase({ DATABASE_URL: url, DATA_DIR: folder }: Settings, schema: DatabaseOptions['schema']): Promise<Database> {
  const database = new Database({ url, folder, poolSize: 2, connectTimeoutMs: WITHIN_MS, schema });
  try {
    await database.open();
    return database;
  } catch (error) {
    await database.onApplicationShutdown();
    if (error instanceof SchemaBehind || error instanceof UnreleasedSchema) throw new CommandFailed(`${url ? 'DATABASE_URL' : 'DATA_DIR'}: ${error.message}`);
    if (error instanceof FolderInUse) throw new CommandFailed(`DATA_DIR: ${error.message}`, EXIT.busy);
    throw url ? away('DATABASE_URL', 'PostgreSQL', [url], error) : error;
  }
}

/** Opens a connected client. Throws `CommandFailed` if the server cannot be used. */
export async function openRedis(url: string): Promise<RedisClientType> {
  const client = connectRedis(url, { name: 'operator' });
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(WITHIN_MS) });
    return client;
  } catch (error) {
    await closeRedis(client);
    throw away('REDIS_URL', 'Redis', [url], error);
  }
}

/** Throws `CommandFailed` if no node can be used, or if its dead letters cannot be accessed. */
export async function checkBroker(urls: string): Promise<void> {
  try {
    await (await DeadLetterQueue.open({ url: urls })).close();
  } catch (error) {
    throw away('RABBITMQ_URL', 'RabbitMQ', brokerUrls(urls), error);
  }
}

function away(setting: string, server: string, urls: readonly string[], error: unknown): CommandFailed {
  const { name, message, code } = error as NodeJS.ErrnoException;
  const reason = name === 'AbortError' || name === 'TimeoutError' ? 'no answer in time' : message || code || name;
  return new CommandFailed(`${setting}: ${server} at ${urls.map((url) => new URL(url).host).join(', ')} cannot be used: ${reason}`, EXIT.unavailable);
}
