import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Board, LeaderboardNotReady, type Standing } from '@scoreboard/domain';
import { leaderboardContract } from '@scoreboard/domain/leaderboard.contract';
import type { RedisClientType } from 'redis';
import { closeRedis, connectRedis } from './redis-client';
import { RedisLeaderboard } from './redis-leaderboard';

const standing = (userId: string, score: number, seq: number): Standing => ({ userId, score, reachedAt: seq, version: seq, hidden: false });

describe('RedisLeaderboard', () => {
  const root = `test:${randomUUID()}`;
  let client: RedisClientType;
  let other: RedisClientType;
  let prefix: string;

  const connect = async (name: string) => {
    const made = connectRedis(process.env.TEST_REDIS_URL!, { name });
    await once(made, 'ready');
    return made;
  };
  const keys = async (pattern: string) => {
    const found: string[] = [];
    for await (const page of client.scanIterator({ MATCH: pattern, COUNT: 1_000 })) found.push(...page);
    return found;
  };
  const dropKeys = async (pattern: string) => {
    for (const key of await keys(pattern)) await client.unlink(key);
  };
  const make = async (options?: { leaseMs: number }) => {
    prefix = `${root}:{${randomUUID()}}:`;
    return new RedisLeaderboard({ client, prefix, ...options });
  };
  const makeReady = async (standings: readonly Standing[] = []) => {
    const leaderboard = await make();
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    await rebuild.fill(standings);
    await rebuild.finish(standings.length);
    return leaderboard;
  };

  beforeAll(async () => {
    [client, other] = await Promise.all([connect('leaderboard-spec'), connect('leaderboard-spec-2')]);
  });
  afterAll(async () => {
    await dropKeys(`${root}*`);
    await Promise.all([closeRedis(client), closeRedis(other)]);
  });

  leaderboardContract(make);

  it('is not ready after its keys are lost, and a rebuild that was running cannot continue', async () => {
    const leaderboard = await makeReady([standing('ann', 5, 1)]);
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    await dropKeys(`${prefix}*`);
    await expect(leaderboard.board()).rejects.toBeInstanceOf(LeaderboardNotReady);
    await expect(leaderboard.top(10)).rejects.toBeInstanceOf(LeaderboardNotReady);
    await expect(rebuild.fill([standing('ann', 5, 1)])).rejects.toThrow('another rebuild');
    expect(await leaderboard.put([standing('ann', 6, 2)], { from: 1, to: 2 })).toBeUndefined();
    expect(await leaderboard.position()).toBeUndefined();
    expect(await keys(`${prefix}*`)).toEqual([]);
  });

  it('accepts concurrent puts from two connections, with a different revision for each changed board', async () => {
    const leaderboards = [await makeReady(), new RedisLeaderboard({ client: other, prefix })];
    const puts = Array.from({ length: 300 }, (_, i) =>
      leaderboards[i % 2]!.put([standing(`u${i % 7}`, i + 1, i + 1)], { from: i, to: i + 1 }),
    );
    const boards = (await Promise.all(puts)).filter((board): board is Board => board !== undefined);
    expect(new Set(boards.map((board) => board.revision)).size).toBe(boards.length);
    expect(await leaderboards[1]!.top(3)).toEqual([
      { rank: 1, userId: 'u5', score: 300 },
      { rank: 2, userId: 'u4', score: 299 },
      { rank: 3, userId: 'u3', score: 298 },
    ]);
    expect(await leaderboards[0]!.position()).toEqual({ ledgerId: 'ledger-1', watermark: 300 });
  });

  it('hands the server at most 200 standings at a time, in puts and in rebuilds', async () => {
    const leaderboard = await makeReady();
    const calls = jest.spyOn(client, 'evalSha');
    const standings = Array.from({ length: 1_000 }, (_, i) => standing(`u${i}`, 1 + i, 1 + i));
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    await rebuild.fill(standings);
    await leaderboard.put(standings, { from: 0, to: 1_000 });
    const sizes = calls.mock.calls.map(([, options]) => options!.arguments!.filter((argument) => /^u\d+$/.test(String(argument))).length);
    calls.mockRestore();
    expect(Math.max(...sizes)).toBe(200);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(2_000);
    expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 1_000 });
    expect((await leaderboard.top(1))[0]).toEqual({ rank: 1, userId: 'u999', score: 1_000 });
  });

  it('stores the board as the JSON that is pushed', async () => {
    const leaderboard = await makeReady([standing('a:b@c|d+e-f', 5, 1)]);
    const board = await leaderboard.put([standing('ann', Number.MAX_SAFE_INTEGER, 2)], { from: 1, to: 2 });
    expect(await client.get(`${prefix}board`)).toBe(JSON.stringify(board));
    expect(await leaderboard.board()).toEqual(board);
  });

  it('deletes the keys of a replaced ranking', async () => {
    const leaderboard = await makeReady([standing('ann', 5, 1)]);
    for (const _ of [1, 2]) {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.fill([standing('ann', 5, 1)]);
      await rebuild.finish(1);
    }
    expect(await keys(`${prefix}*`)).toHaveLength(6); // three of the order that is read, meta, the board, the mark of a loss
  });

  it('drops a rebuild that was silent for more than a minute after its lease, and continues without it', async () => {
    const leaderboard = await makeReady([standing('ann', 5, 1)]);
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    await rebuild.fill([standing('ann', 5, 1)]);
    await client.hSet(`${prefix}meta`, 'lease', String(Date.now() - 61_000));
    await leaderboard.put([standing('ann', 6, 2)], { from: 1, to: 2 });
    expect(await keys(`${prefix}*`)).toHaveLength(6); // three of the order that is read, meta, the board, the mark of a loss
    await expect(rebuild.finish(1)).rejects.toThrow('another rebuild');
    expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'ann', score: 6 }]);
  });

  describe('an interrupted rebuild', () => {
    const expire = (agoMs: number) => client.hSet(`${prefix}meta`, 'lease', String(Date.now() - agoMs));

    it('is not resumed after a page of which a part is missing', async () => {
      const leaderboard = await make();
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      const ladder = Array.from({ length: 1_000 }, (_, i) => standing(`u${String(i).padStart(3, '0')}`, 1 + i, 1 + i));
      await rebuild.fill(ladder.slice(0, 250), 1_000);
      const evalSha = client.evalSha.bind(client);
      const cut = jest.spyOn(client, 'evalSha').mockImplementation((sha, options) =>
        options?.arguments?.includes('u500') ? Promise.reject(new Error('Socket closed')) : evalSha(sha, options),
      );
      await expect(rebuild.fill(ladder.slice(250), 1_000)).rejects.toThrow('Socket closed');
      cut.mockRestore();
      await expire(1);
      expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toEqual({ after: 'u249', filled: 250, upTo: 1_000 });
    });

    it('is not resumed once a put has dropped it, and its board is gone', async () => {
      const leaderboard = await make();
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.show([standing('ann', 5, 1)], 1);
      await rebuild.fill([standing('ann', 5, 1)], 1);
      await expire(61_000);
      await leaderboard.put([standing('ann', 6, 2)], { from: 1, to: 2 });
      await expect(leaderboard.board()).rejects.toBeInstanceOf(LeaderboardNotReady);
      expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toBeUndefined();
      expect(await client.hGetAll(`${prefix}meta`)).toEqual({ next: expect.any(String), nextLedger: 'ledger-1', holder: expect.any(String), lease: expect.any(String), revision: '1' });
    });

    it('is resumed after any time without puts', async () => {
      const leaderboard = await make();
      await (await leaderboard.beginRebuild('ledger-1'))!.fill([standing('ann', 5, 1)], 1);
      await expire(3_600_000);
      expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toEqual({ after: 'ann', filled: 1, upTo: 1 });
    });

    it('is not resumed, nor its board shown, if an older build has replaced it without removing its marks', async () => {
      const leaderboard = await make();
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.show([standing('ann', 5, 1)], 1);
      await rebuild.fill([standing('ann', 5, 1)], 1);
      await client.hSet(`${prefix}meta`, { next: randomUUID(), nextLedger: 'ledger-1' });
      await expect(rebuild.fill([standing('bob', 5, 1)], 1)).rejects.toThrow('another rebuild');
      expect(await leaderboard.put([standing('bob', 6, 2)], { from: 1, to: 2 })).toBeUndefined();
      await expire(1);
      expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toBeUndefined();
    });

    it('leaves no mark when it has finished', async () => {
      const leaderboard = await make();
      await (await leaderboard.beginRebuild('ledger-1'))!.fill([standing('ann', 5, 1)], 1);
      await expire(1);
      await (await leaderboard.beginRebuild('ledger-1'))!.finish(1);
      expect(Object.keys(await client.hGetAll(`${prefix}meta`)).sort()).toEqual(['ledger', 'live', 'revision']);
    });
  });

  it('continues after the server has lost its scripts', async () => {
    const leaderboard = await makeReady([standing('ann', 5, 1)]);
    await client.scriptFlush();
    expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'ann', score: 5 }]);
  });
});
