import { randomUUID } from 'node:crypto';
import type { Standing } from '@scoreboard/domain';
import { type PrivateServer, startRedis } from '@scoreboard/harness';
import { createClient, type RedisClientType } from 'redis';
import { describeWith } from '../../../../test/support';
import { RedisLeaderboard } from './redis-leaderboard';

/** Sequences of a new ledger start at unix seconds × 2^20. */
const START = 1_870_000_000_000_000;
const USERS = 20_000;
/** As much as the product hands over at once. */
const PAGE = 5_000;
const PREFIX = 'scoreboard:{global}:';

describeWith('TEST_REDIS_URL', 'the memory of RedisLeaderboard', () => {
  let server: PrivateServer;
  let client: RedisClientType;
  let leaderboard: RedisLeaderboard;

  beforeAll(async () => {
    server = await startRedis();
    client = createClient({ url: server.url }) as unknown as RedisClientType;
    await client.connect();
  });
  beforeEach(async () => {
    await client.flushAll();
    leaderboard = new RedisLeaderboard({ client });
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  const ladder = (count: number, userId: (i: number) => string): Standing[] =>
    Array.from({ length: count }, (_, i) => ({ userId: userId(i), score: count - i, reachedAt: START + i, version: START + i, hidden: false }));
  const fill = async (standings: readonly Standing[]) => {
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    for (let from = 0; from < standings.length; from += PAGE) await rebuild.fill(standings.slice(from, from + PAGE));
    return rebuild;
  };
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))![1]);
  /** Five keys of a ranking that has one hash: the ranking, its hash, the covered ranges, meta and the board; and the mark of a loss. */
  const SMALL = 6;

  it('is filled with one call for each user and one for each hundred, and moves nobody', async () => {
    const calls = async (command: string) => Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(await client.info('commandstats'))?.[1] ?? 0);
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    await rebuild.expect!(USERS);
    await client.configResetStat();
    await rebuild.fill(ladder(USERS, () => randomUUID()), START);
    const parts = USERS / 100;
    expect(await Promise.all(['hsetnx', 'zadd', 'hdel', 'hgetall'].map(calls))).toEqual([USERS, parts, 0, 0]);
    for (const command of ['evalsha', 'hset', 'hget', 'hmget', 'zrange', 'get']) expect(await calls(command)).toBeLessThanOrEqual(5 * (parts + 1));
  });

  it('is at most 200 bytes per user whose id is a UUID, and every user is found', async () => {
    const before = await used();
    const standings = ladder(USERS, () => randomUUID());
    await (await fill(standings)).finish(START + USERS);
    expect(((await used()) - before) / USERS).toBeLessThan(200);
    for (let from = 0; from < USERS; from += PAGE) {
      const page = standings.slice(from, from + PAGE);
      const places = await leaderboard.places(page.map(({ userId }) => userId));
      expect(places).toEqual(page.map(({ userId, score, version }, i) => ({ userId, score, rank: from + i + 1, version })));
    }
  });

  it('is in hashes of at most 128 users, all in the compact encoding', async () => {
    await (await fill(ladder(USERS, (i) => `user-${i}`))).finish(START + USERS);
    const sizes: number[] = [];
    for await (const keys of client.scanIterator({ MATCH: `${PREFIX}*:standings`, COUNT: 1_000 })) {
      sizes.push(...(await Promise.all(keys.map((key) => client.hLen(key)))));
      expect(new Set(await Promise.all(keys.map((key) => client.objectEncoding(key))))).toEqual(new Set(['listpack']));
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(USERS);
    expect(sizes).toHaveLength(Math.floor(USERS / 32) + 1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(128);
  });

  it('is freed in steps of at most 200 keys, which puts continue if the process that rebuilt dies', async () => {
    await (await fill(ladder(USERS, (i) => `user-${i}`))).finish(START);
    let sweeps = 0;
    // The process dies in its second step.
    const dying: RedisClientType = Object.create(client, {
      evalSha: { value: (...call: Parameters<RedisClientType['evalSha']>) => (isSweep(call) && ++sweeps === 2 ? Promise.reject(new Error('dead')) : client.evalSha(...call)) },
    });
    const rebuild = (await new RedisLeaderboard({ client: dying }).beginRebuild('ledger-2'))!;
    await rebuild.fill(ladder(1, () => 'ann'));
    const full = await client.dbSize();
    await expect(rebuild.finish(START)).rejects.toThrow('dead');
    const sizes = [full, await client.dbSize()];
    while (sizes.at(-1)! > SMALL && sizes.length < 10) {
      await leaderboard.put([], { from: START, to: START });
      sizes.push(await client.dbSize());
    }
    const steps = sizes.slice(1).map((size, i) => sizes[i]! - size);
    expect(sizes.at(-1)).toBe(SMALL);
    expect(Math.max(...steps)).toBeLessThanOrEqual(200 + 2); // with the ranking and the covered ranges
    expect(await leaderboard.top(10)).toEqual([{ rank: 1, userId: 'ann', score: 1 }]);
  });

  it('is freed by puts after a rebuild that was never finished', async () => {
    await (await fill(ladder(1, () => 'ann'))).finish(START);
    await fill(ladder(USERS, (i) => `user-${i}`));
    expect(await client.dbSize()).toBeGreaterThan(600);
    await client.hSet(`${PREFIX}meta`, 'rebuildLease', String(Date.now() - 61_000));
    for (let i = 0; i < 4; i++) await leaderboard.put([], { from: START, to: START });
    expect(await client.dbSize()).toBe(SMALL);
  });
});

/** Its only argument is the prefix. */
const isSweep = ([, options]: Parameters<RedisClientType['evalSha']>): boolean => options!.arguments!.length === 1;
