import { type ServerName, startServers } from '@scoreboard/harness';

const VARIABLES: Record<ServerName, string> = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', rabbitmq: 'RABBITMQ_URL' };

/**
 * Starts PostgreSQL, Redis and RabbitMQ for development on free ports, prints their URLs as lines for `.env`, and stops them
 * on Ctrl-C or SIGTERM. Their data is then deleted. Exits with 1 if one of them cannot start.
 */
async function services(): Promise<void> {
  const ended = new Promise((resolve) => ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.on(signal, resolve)));
  console.error('Starting PostgreSQL, Redis and RabbitMQ …');
  const servers = await startServers(undefined, {});
  for (const [name, variable] of Object.entries(VARIABLES) as [ServerName, string][]) {
    if (servers.urls[name]) console.log(`${variable}=${servers.urls[name]}`);
    else console.error(`${variable} IS MISSING: ${servers.missing[name]}`);
  }
  if (Object.keys(servers.missing).length) process.exitCode = 1;
  else {
    console.error('Press Ctrl-C to stop them.');
    await ended;
  }
  await servers.stop();
}

void services();
