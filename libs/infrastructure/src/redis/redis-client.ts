import { Logger } from '@nestjs/common';
import { redisOptions } from '@scoreboard/infrastructure/config';
import { createClient, type RedisClientType } from 'redis';
import { refusalOf } from './redis-writes';
import { within } from './within';

const PING_MS = 400;
const MAX_UNANSWERED = 2;
/** How many ticks of `PING_MS` a handshake may take: 2 s. */
const MAX_HANDSHAKE = 5;
const CLOSE_MS = 1_000;

/** How often a connection to a replica is replaced, until one accepts writes. */
const LEAVE_REPLICA_MS = 2_000;

/**
 * A Redis client that connects in the background and never hangs: a command rejects immediately while the server is
 * unavailable, and after at most 1.2 s if the server does not answer. `isReady` shows whether it is connected.
 *
 * It neither waits nor throws if the server is unavailable at the start, and logs each reason of an outage once. Do not use it
 * for blocking commands (`BLPOP`): they look like a dead connection. The caller must close it with `closeRedis`.
 */
export function connectRedis(url: string, { name }: { name: string }): RedisClientType {
  // The inferred type includes all commands of Redis modules, which are unused here and too large for the compiler.
  const client = createClient(redisOptions(url, name)) as unknown as RedisClientType;
  logOutages(client, new Logger(`Redis ${name}`));
  open(client);
  watch(client);
  return client;
}

/** Closes a client: waits up to one second for pending answers. */
export async function closeRedis(client: RedisClientType): Promise<void> {
  // It may be closed already or not answer; it is destroyed either way.
  await within(CLOSE_MS, client.close()).catch(() => undefined);
  client.destroy();
}

function open(client: RedisClientType): void {
  // Rejects only if it is closed before it connects; every failed attempt emits `error`.
  client.connect().catch(() => undefined);
}

function logOutages(client: RedisClientType, logger: Logger): void {
  // The first error is often only that the connection closed; the next one says why it cannot reconnect, such as a bad certificate.
  const reasons = new Set<string>();
  client.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.message || error.code || error.name;
    if (!reasons.has(reason)) logger.warn(`unavailable: ${reason}`);
    reasons.add(reason);
  });
  client.on('ready', () => {
    if (reasons.size) logger.log('available again');
    reasons.clear();
  });
}

/**
 * Reconnects if the handshake or pings are not answered, and if the server has become a replica: the host name then resolves to the new primary.
 * The client's own timeouts would not do: traffic keeps a dead socket busy, and after a pause of this process they end a connection whose
 * answers have arrived. So ticks are counted, not time.
 */
function watch(client: RedisClientType): void {
  let unanswered = 0;
  let isHandshake = false;
  let leftAt = -Infinity;
  client.on('connect', () => {
    isHandshake = true;
    unanswered = 0;
  });
  client.on('ready', () => {
    isHandshake = false;
    unanswered = 0;
  });
  client.on('error', () => (isHandshake = false));
  const timer = setInterval(() => {
    if (!client.isOpen) return clearInterval(timer);
    if (!client.isReady && !isHandshake) return;
    const isReplica = client.isReady && refusalOf(client)?.startsWith('READONLY') && performance.now() - leftAt > LEAVE_REPLICA_MS;
    if (unanswered < (client.isReady ? MAX_UNANSWERED : MAX_HANDSHAKE) && !isReplica) {
      unanswered++;
      // A rejected ping is part of an outage, which emits `error`.
      if (client.isReady) client.ping().then(() => (unanswered = 0), () => undefined);
      return;
    }
    if (isReplica) leftAt = performance.now();
    client.emit('error', new Error(isReplica ? 'the server has become a replica' : 'the server does not answer'));
    client.destroy();
    open(client);
  }, PING_MS).unref();
}
