import { Logger } from '@nestjs/common';
import type { Standing } from '@scoreboard/domain';
import { findTool, type PrivateServer, startRedis } from '@scoreboard/harness';
import type { RedisClientType } from 'redis';
import { connected, eventually } from '../../../../test/support';
import { closeRedis, connectRedis } from './redis-client';
import { RedisIdempotencyStore } from './redis-idempotency-store';
import { RedisRateCounters } from './redis-rate-counters';
import { RedisLeaderboard } from './redis-leaderboard';
import { isRedisUp, warnOfEviction } from './redis-writes';

const standing = (userId: string, score: number, seq: number): Standing => ({ userId, score, reachedAt: seq, version: seq, hidden: false });

(findTool('redis') ? describe : describe.skip)('A reachable Redis that refuses writes', () => {
  let server: PrivateServer;
  /** Causes and ends the problem. */
  let operator: RedisClientType;
  let client: RedisClientType;
  let leaderboard: RedisLeaderboard;
  const logged: string[] = [];
  let seq: number;

  const connect = async () => {
    const made = connectRedis(server.url, { name: 'writes-spec' });
    await connected(made);
    return made;
  };
  const put = () => {
    const at = seq++;
    return leaderboard.put([standing(`user-${at}`, at, at)], { from: at - 1, to: at });
  };
  const setting = (name: string, value: string) => operator.configSet(name, value);

  beforeAll(async () => {
    server = await startRedis();
    operator = await connect();
  });
  afterAll(async () => {
    await closeRedis(operator);
    await server.stop();
  });
  beforeEach(async () => {
    const hear = (message: string) => void logged.push(message);
    logged.length = 0;
    Logger.overrideLogger({ log: hear, warn: hear, error: hear });
    await operator.flushAll();
    client = await connect();
    leaderboard = new RedisLeaderboard({ client });
    await (await leaderboard.beginRebuild('ledger'))!.finish(0);
    seq = 1;
  });
  afterEach(() => closeRedis(client));

  it.each<[what: string, begin: () => Promise<unknown>, end: () => Promise<unknown>, reason: RegExp]>([
    ['it is full', () => setting('maxmemory', '1mb'), () => setting('maxmemory', '0'), /OOM command not allowed/],
    ['it lacks replicas', () => setting('min-replicas-to-write', '1'), () => setting('min-replicas-to-write', '0'), /NOREPLICAS/],
    ['it has become a replica', () => operator.sendCommand(['REPLICAOF', '127.0.0.1', '1']), () => operator.sendCommand(['REPLICAOF', 'NO', 'ONE']), /READONLY/],
    [
      'this user may not write',
      () => operator.sendCommand(['ACL', 'SETUSER', 'default', '-evalsha', '-eval']),
      () => operator.sendCommand(['ACL', 'SETUSER', 'default', '+@all']),
      /NOPERM/,
    ],
  ])('counts as down while %s, logs the reason once, and is up again after the first successful write', async (_what, begin, end, reason) => {
    await put();
    expect(isRedisUp(client)).toBe(true);
    await begin();
    try {
      for (let i = 0; i < 3; i++) await expect(put()).rejects.toThrow(reason);
      expect(isRedisUp(client)).toBe(false);
      expect(await leaderboard.board()).toMatchObject({ entries: [{ userId: 'user-1' }] });
      expect(logged.filter((line) => line.startsWith('refuses writes'))).toEqual([expect.stringMatching(reason)]);
    } finally {
      await end();
    }
    await eventually(put);
    expect(isRedisUp(client)).toBe(true);
    expect(logged).toContain('accepts writes again');
  });

  it('reconnects if it has become a replica, because the name may resolve to another server', async () => {
    await operator.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    try {
      const isNew = new Promise((resolve) => client.once('ready', resolve));
      await expect(put()).rejects.toThrow(/READONLY/);
      await isNew;
      expect(logged).toContain('unavailable: the server has become a replica');
    } finally {
      await operator.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    }
  });

  it('evicts claimed keys and keeps the board, the ranking and used counters with volatile-lru', async () => {
    const ROUNDS = 6;
    await setting('maxmemory-policy', 'volatile-lru');
    await setting('maxmemory', '4mb');
    try {
      const keys = new RedisIdempotencyStore({ client, answerMs: 10_000 });
      const limits = new RedisRateCounters({ client, answerMs: 10_000 });
      const second = async () => Number((await operator.time())[0]);
      const began = await second();
      for (let i = 0; i < ROUNDS; i++) {
        // Redis notes the use of a key with a resolution of one second.
        await eventually(async () => expect(await second()).toBeGreaterThan(began + i));
        await put();
        await limits.add([{ key: 'ann', windowMs: 60_000_000, count: 1 }]);
        await Promise.all(Array.from({ length: 3_500 }, (_, n) => keys.claim(`${i}-${n}`, 'x'.repeat(100))));
      }
      const [, evicted] = /^evicted_keys:(\d+)/m.exec(await operator.info('stats'))!;
      expect(Number(evicted)).toBeGreaterThan(1_000);
      expect(isRedisUp(client)).toBe(true);
      expect((await leaderboard.top(100)).map(({ userId }) => userId)).toEqual(Array.from({ length: ROUNDS }, (_, i) => `user-${ROUNDS - i}`));
      expect((await limits.add([{ key: 'ann', windowMs: 60_000_000, count: 1 }])).counts[0]!.current).toBe(ROUNDS + 1);
    } finally {
      await setting('maxmemory', '0');
      await setting('maxmemory-policy', 'noeviction');
    }
  });

  it('logs a warning if it may evict the leaderboard', async () => {
    warnOfEviction(client);
    await client.ping();
    expect(logged).toEqual([]);
    await setting('maxmemory-policy', 'allkeys-lru');
    try {
      warnOfEviction(client);
      await eventually(() => expect(logged).toEqual(['maxmemory-policy is allkeys-lru: a full Redis may evict the leaderboard. Set it to volatile-lru.']));
    } finally {
      await setting('maxmemory-policy', 'noeviction');
    }
  });
});
