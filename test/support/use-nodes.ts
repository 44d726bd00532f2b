import { randomUUID } from 'node:crypto';
import { closeRedis, connectRedis, RedisBoardFeed, RedisLeaderboard } from '@scoreboard/infrastructure/redis';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import type { RedisClientType } from 'redis';
import { freshDatabase } from './fresh-database';
import { connected } from './connected';

/** The connections of one process of the distributed system. */
export interface DistributedNode {
  readonly database: Database;
  readonly ledger: PostgresLedger;
  readonly leaderboard: RedisLeaderboard;
  readonly feed: RedisBoardFeed;
}

/** Gives the calling suite its own ledger and leaderboard, and returns a function that creates processes on them. Everything is removed at the end. */
export function useNodes(name: string): () => Promise<DistributedNode> {
  const prefix = `test:{${randomUUID()}}:`;
  const clients: RedisClientType[] = [];
  const feeds: RedisBoardFeed[] = [];
  const databases: Database[] = [];
  let server: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    server = await freshDatabase();
  });
  afterAll(async () => {
    for (const feed of feeds) feed.onApplicationShutdown();
    for await (const keys of clients[0]!.scanIterator({ MATCH: `${prefix}*` })) if (keys.length) await clients[0]!.unlink(keys);
    await Promise.all([...clients.map(closeRedis), ...databases.map((database) => database.onApplicationShutdown())]);
    await server.drop();
  });

  const connect = () => {
    const client = connectRedis(process.env.TEST_REDIS_URL!, { name });
    clients.push(client);
    return client;
  };
  return async () => {
    const client = connect();
    await connected(client);
    const feed = new RedisBoardFeed({ client, connect, channel: `${prefix}feed` });
    feeds.push(feed);
    const database = new Database({ url: server.url, poolSize: 4, connectTimeoutMs: 30_000 });
    databases.push(database);
    await database.open();
    return { database, ledger: new PostgresLedger(database), leaderboard: new RedisLeaderboard({ client, prefix }), feed };
  };
}
