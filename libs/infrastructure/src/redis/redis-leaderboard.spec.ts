import { randomUUID } from 'node:crypto';
import { type Board, LeaderboardNotReady, type Standing } from '@scoreboard/domain';
import { leaderboardContract } from '@scoreboard/domain/leaderboard.contract';
import type { RedisClientType } from 'redis';
import { closeRedis, connectRedis } from './redis-client';
import { RedisLeaderboard } from './redis-leaderboard';
import { connected } from '../../../../test/support';

const standing = (userId: string, score: number, seq: number): Standing => ({ userId, score, reachedAt: seq, version: seq, hidden: false });

describe('RedisLeaderboard', () => {
  const root = `test:${randomUUID()}`;
  let client: RedisClientType;
  let other: RedisClientType;
  let prefix: string;

  const connect = async (name: string) => {
    const made = connectRedis(process.env.TEST_REDIS_URL!, { name });
    await connected(made);
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

  it('hands the server at most 100 standings at a time in rebuilds, 200 in puts, and 200 users in reads', async () => {
    const leaderboard = await makeReady();
    const [writes, reads] = [jest.spyOn(client, 'evalSha'), jest.spyOn(client, 'evalShaRo')];
    const standings = Array.from({ length: 1_000 }, (_, i) => standing(`user-${i}`, 1 + i, 1 + i));
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    await rebuild.fill(standings);
    await leaderboard.put(standings, { from: 0, to: 1_000 });
    const places = await leaderboard.places(standings.map(({ userId }) => userId));
    const usersIn = ([, options]: Parameters<RedisClientType['evalSha']>) => (options!.arguments!.find(Buffer.isBuffer)?.toString('latin1').match(/user-\d+/g) ?? []).length;
    const [written, read] = [writes, reads].map((calls) => calls.mock.calls.map(usersIn).filter(Boolean));
    [writes, reads].forEach((calls) => calls.mockRestore());
    expect([written, read]).toEqual([[...Array(10).fill(100), ...Array(5).fill(200)], Array(5).fill(200)]);
    expect(places.map((place) => place?.rank)).toEqual(standings.map((_, i) => 1_000 - i));
    expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 1_000 });
    expect((await leaderboard.top(1))[0]).toEqual({ rank: 1, userId: 'user-999', score: 1_000 });
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
    await client.hSet(`${prefix}meta`, 'rebuildLease', String(Date.now() - 61_000));
    await leaderboard.put([standing('ann', 6, 2)], { from: 1, to: 2 });
    expect(await keys(`${prefix}*`)).toHaveLength(6); // three of the order that is read, meta, the board, the mark of a loss
    await expect(rebuild.finish(1)).rejects.toThrow('another rebuild');
    expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'ann', score: 6 }]);
  });

  it('continues after the server has lost its scripts', async () => {
    const leaderboard = await makeReady([standing('ann', 5, 1)]);
    await client.scriptFlush();
    expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'ann', score: 5 }]);
  });
});
