import { Logger } from '@nestjs/common';
import { ErrorReply, type RedisClientType } from 'redis';

/** A refusal that is older than this no longer counts, because no write was tried since. A worker that is behind tries every second. */
const TOLD_MS = 10_000;

interface Refusal {
  readonly reason: string;
  readonly at: number;
}

const logger = new Logger('Redis');
const refusals = new WeakMap<RedisClientType, Refusal>();

/**
 * Whether the server is usable: connected, and the last write of this process was not refused. A server answers reads and pings but
 * refuses writes if it is out of memory (OOM), a replica (READONLY), unable to save (MISCONF), short of replicas, loading, busy, or if
 * the user lacks the permission.
 */
export function isRedisUp(client: RedisClientType): boolean {
  return client.isReady && !refusalOf(client);
}

/** Settles as `write` does, and records the result for `isRedisUp`. Logs the first refusal, and the first success after it. */
export async function noted<T>(client: RedisClientType, write: Promise<T>): Promise<T> {
  try {
    const reply = await write;
    if (refusals.delete(client)) logger.log('accepts writes again');
    return reply;
  } catch (error) {
    if (error instanceof ErrorReply) refuse(client, error.message);
    throw error;
  }
}

/** Why the server refused the last write; undefined if it did not, or more than 10 s ago. */
export function refusalOf(client: RedisClientType): string | undefined {
  const refusal = refusals.get(client);
  return refusal && performance.now() - refusal.at <= TOLD_MS ? refusal.reason : undefined;
}

function refuse(client: RedisClientType, reason: string): void {
  if (!refusals.has(client)) logger.warn(`refuses writes: ${reason}`);
  refusals.set(client, { reason, at: performance.now() });
}

/** Warns at each connection if the server may evict the leaderboard when it is full. Does nothing if the user is not allowed to run `INFO`. */
export function warnOfEviction(client: RedisClientType): void {
  const ask = async () => {
    const memory = await client.info('memory');
    const [, policy] = /^maxmemory_policy:(allkeys-\S+)/m.exec(memory) ?? [];
    if (policy) logger.warn(`maxmemory-policy is ${policy}: a full Redis may evict the leaderboard. Set it to volatile-lru.`);
  };
  const look = () => void ask().catch(() => undefined); // not allowed, or disconnected again
  client.on('ready', look);
  if (client.isReady) look();
}
