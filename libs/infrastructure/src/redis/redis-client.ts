import { Logger } from '@nestjs/common';
import { redisOptions } from '@scoreboard/infrastructure/config';
import { createClient, type RedisClientType } from 'redis';
import { refusalOf } from './redis-writes';
import { within } from './within';

const PING_MS = 400;
const MAX_UNANSWERED = 2;
const CLOSE_MS = 1_000;

/** How often a connection to a replica is exchanged for a new one, until there is one that takes writes. */
const LEAVE_REPLICA_MS = 2_000;

/**
 * A Redis client that connects in the background and never hangs: a command given while the server is away rejects at
 * once, one that the server leaves unanswered rejects after 1.2 s at the most. `isReady` tells whether it is there.
 *
 * It neither waits nor throws when the server is away at the start, and logs each reason of an outage once. Not for blocking
 * commands (`BLPOP`): they would pass for a dead connection. Whoever made it ends it with `closeRedis`.
 */
export function connectRedis(url: string, { name }: { name: string }): RedisClientType {
  // The modules' commands in the inferred type are of no use here, and too much for the compiler.
  const client = createClient(redisOptions(url, name)) as unknown as RedisClientType;
  logOutages(client, new Logger(`Redis ${name}`));
  open(client);
  watch(client);
  return client;
}

/** Ends a client: waits up to a second for the answers it is owed. */
export async function closeRedis(client: RedisClientType): Promise<void> {
  // It may be closed already, or not answer: either way it ends here.
  await within(CLOSE_MS, client.close()).catch(() => undefined);
  client.destroy();
}

function open(client: RedisClientType): void {
  // Rejects only when it is closed before it was connected; every failed try is an `error` event.
  client.connect().catch(() => undefined);
}

function logOutages(client: RedisClientType, logger: Logger): void {
  // The first reason is often that the connection ended; why no other comes about, such as a bad certificate, is the next.
  const reasons = new Set<string>();
  client.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.message || error.code || error.name;
    if (!reasons.has(reason)) logger.warn(`away: ${reason}`);
    reasons.add(reason);
  });
  client.on('ready', () => {
    if (reasons.size) logger.log('back');
    reasons.clear();
  });
}

/**
 * Reconnects when pings stay unanswered, and when the server has become a replica, since the name of the primary leads to another now.
 * The client's own timeouts do not see the first: they end with the write of a command, and traffic keeps a dead socket looking busy.
 * Ticks are counted, not time, so that a pause of this process is not taken for the server's.
 */
function watch(client: RedisClientType): void {
  let unanswered = 0;
  let leftAt = -Infinity;
  client.on('ready', () => (unanswered = 0));
  const timer = setInterval(() => {
    if (!client.isOpen) return clearInterval(timer);
    if (!client.isReady) return;
    const isReplica = refusalOf(client)?.startsWith('READONLY') && performance.now() - leftAt > LEAVE_REPLICA_MS;
    if (unanswered < MAX_UNANSWERED && !isReplica) {
      unanswered++;
      // A ping that is refused is part of an outage, which is an `error` event.
      client.ping().then(() => (unanswered = 0), () => undefined);
      return;
    }
    if (isReplica) leftAt = performance.now();
    client.emit('error', new Error(isReplica ? 'the server has become a replica' : 'the server does not answer'));
    client.destroy();
    open(client);
  }, PING_MS).unref();
}
