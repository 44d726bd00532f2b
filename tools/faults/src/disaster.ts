import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresArchive } from '@scoreboard/harness';
import type { Cluster } from './cluster';

/** All three servers are killed, and nothing is left of their data. Roles and clients go on. */
export async function loseEverything({ postgres, redis, rabbitmq }: Cluster): Promise<void> {
  const servers = [postgres, redis, rabbitmq];
  await Promise.all(servers.map((server) => server.kill()));
  for (const { folder } of servers) rmSync(join(folder, 'data'), { recursive: true, force: true });
}

/** PostgreSQL as the archive has it; RabbitMQ and Redis start empty. */
export async function restoreFrom(archive: PostgresArchive, { redis, rabbitmq }: Cluster): Promise<void> {
  await archive.stop();
  await Promise.all([archive.restore(), redis.start(), rabbitmq.start()]);
}
