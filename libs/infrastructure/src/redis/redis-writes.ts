import { Logger } from '@nestjs/common';
import { ErrorReply, type RedisClientType } from 'redis';

/** What was refused longer ago says nothing of now: nobody has tried since. A worker that is behind tries every second. */
const TOLD_MS = 10_000;

interface Refusal {
  readonly reason: string;
  readonly at: number;
}

const logger = new Logger('Redis');
const refusals = new WeakMap<RedisClientType, Refusal>();

/**
 * Whether the server can be used: connected, and taking writes as far as this process has tried. One that is full (OOM), was made a replica
 * (READONLY), cannot save (MISCONF), lacks replicas, loads, is busy or denies the right answers reads and pings, but no write.
 */
export function isRedisUp(client: RedisClientType): boolean {
  return client.isReady && !refusalOf(client);
}

/** Settles as `write` does, and notes for `isRedisUp` what the server said. The first refusal and the end of it are logged. */
export async function noted<T>(client: RedisClientType, write: Promise<T>): Promise<T> {
  try {
    const reply = await write;
    if (refusals.delete(client)) logger.log('takes writes again');
    return reply;
  } catch (error) {
    if (error instanceof ErrorReply) refuse(client, error.message);
    throw error;
  }
}

/** Why the server has refused the last write, where that is not long ago. */
export function refusalOf(client: RedisClientType): string | undefined {
  const refusal = refusals.get(client);
  return refusal && performance.now() - refusal.at <= TOLD_MS ? refusal.reason : undefined;
}

function refuse(client: RedisClientType, reason: string): void {
  if (!refusals.has(client)) logger.warn(`refuses writes: ${reason}`);
  refusals.set(client, { reason, at: performance.now() });
}

/** Logs, with each connection, that the server may throw away the leaderboard when it is full; where this user may not ask for that, nothing. */
export function warnOfEviction(client: RedisClientType): void {
  const ask = async () => {
    const memory = await client.info('memory');
    const [, policy] = /^maxmemory_policy:(allkeys-\S+)/m.exec(memory) ?? [];
    if (policy) logger.warn(`maxmemory-policy is ${policy}: a full Redis would throw away the leaderboard; set it to volatile-lru`);
  };
  const look = () => void ask().catch(() => undefined); // no right to, or away again
  client.on('ready', look);
  if (client.isReady) look();
}
