import { type Servers, startServers } from '@scoreboard/harness';
import { freshDatabase } from './fresh-database';
import type { VHOSTS } from './vhosts';

/**
 * Servers for roles that hurt their Redis at most: a database and a virtual host of the test servers, and a Redis of their own, whose
 * channels have one name for all roles. A broker that was given to the tests has no such virtual hosts: then one is started.
 */
export async function shareServers(vhost: (typeof VHOSTS)[number]): Promise<Servers> {
  const database = await freshDatabase();
  const rabbitmq = process.env.TEST_RABBITMQ_VHOSTS && `${process.env.TEST_RABBITMQ_URL}/${vhost}`;
  const servers = await startServers(undefined, { postgres: database.url, rabbitmq });
  const stop = async () => {
    await servers.stop();
    await database.drop();
  };
  return { ...servers, stop };
}
