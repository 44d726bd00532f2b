import { randomUUID } from 'node:crypto';
import { LeaderboardNotReady, type Standing } from '@scoreboard/domain';
import { makeReady, standing } from '@scoreboard/domain/leaderboard-samples.contract';
import { type RedisClientType, RESP_TYPES } from 'redis';
import { connected, describeWith } from '../../../../test/support';
import { packIds } from './packed-standings';
import { closeRedis, connectRedis } from './redis-client';
import { RedisLeaderboard } from './redis-leaderboard';

describeWith('TEST_REDIS_URL', 'a rebuild in Redis', () => {
  const root = `test:${randomUUID()}`;
  let client: RedisClientType;
  let prefix: string;
  let leaderboard: RedisLeaderboard;

  const keys = async (pattern: string) => {
    const found: string[] = [];
    for await (const page of client.scanIterator({ MATCH: pattern, COUNT: 1_000 })) found.push(...page);
    return found;
  };
  const expire = (agoMs: number) => client.hSet(`${prefix}meta`, 'rebuildLease', String(Date.now() - agoMs));

  beforeAll(async () => {
    client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'rebuild-spec' });
    await connected(client);
  });
  beforeEach(() => {
    prefix = `${root}:{${randomUUID()}}:`;
    leaderboard = new RedisLeaderboard({ client, prefix });
  });
  afterAll(async () => {
    for (const key of await keys(`${root}*`)) await client.unlink(key);
    await closeRedis(client);
  });

  describe('that was interrupted', () => {
    it('is not resumed after a page of which a part is missing', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      const ladder = Array.from({ length: 1_000 }, (_, i) => standing(`u${String(i).padStart(3, '0')}`, 1 + i, 1 + i));
      await rebuild.fill(ladder.slice(0, 250), 1_000);
      const evalSha = client.evalSha.bind(client);
      const isCut = (argument: string | Buffer) => Buffer.isBuffer(argument) && argument.includes('u500');
      const cut = jest.spyOn(client, 'evalSha').mockImplementation((sha, options) =>
        options?.arguments?.some(isCut) ? Promise.reject(new Error('Socket closed')) : evalSha(sha, options),
      );
      await expect(rebuild.fill(ladder.slice(250), 1_000)).rejects.toThrow('Socket closed');
      cut.mockRestore();
      await expire(1);
      expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toEqual({ after: 'u249', filled: 250, upTo: 1_000 });
    });

    it('is not resumed once a put has dropped it, and its board is gone', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.show([standing('ann', 5, 1)], 1);
      await rebuild.fill([standing('ann', 5, 1)], 1);
      await expire(61_000);
      await leaderboard.put([standing('ann', 6, 2)], { from: 1, to: 2 });
      await expect(leaderboard.board()).rejects.toBeInstanceOf(LeaderboardNotReady);
      expect(await client.hGetAll(`${prefix}meta`)).toEqual({ revision: '1' });
      expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toBeUndefined();
    });

    it('is resumed after any time without puts', async () => {
      await (await leaderboard.beginRebuild('ledger-1'))!.fill([standing('ann', 5, 1)], 1);
      await expire(3_600_000);
      expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toEqual({ after: 'ann', filled: 1, upTo: 1 });
    });

    it('starts again if its last page ended with a user who is replaced, because its mark named the user', async () => {
      for (const userId of ['ann', randomUUID()]) {
        await (await leaderboard.beginRebuild('ledger-1'))!.fill([standing('ana', 5, 1), standing(userId, 4, 2)], 2);
        await leaderboard.replace(userId, standing('forgotten-1', 4, 2));
        expect(await client.hKeys(`${prefix}meta`)).not.toContain('rebuildProgress');
        expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toBeUndefined();
        await expire(1);
      }
    });

    it('leaves no mark when it has finished', async () => {
      const begun = (await leaderboard.beginRebuild('ledger-1'))!;
      await begun.expect!(1_000);
      await begun.fill([standing('ann', 5, 1)], 1);
      await expire(1);
      await (await leaderboard.beginRebuild('ledger-1'))!.finish(1);
      expect(Object.keys(await client.hGetAll(`${prefix}meta`)).sort()).toEqual(['ranking', 'rankingLedger', 'rankingUsers', 'revision']);
    });
  });

  it('has at most four parts of a page on their way, so that others are served between them', async () => {
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    const evalSha = client.evalSha.bind(client);
    const pending: number[] = [0];
    const watched = jest.spyOn(client, 'evalSha').mockImplementation((sha, options) => {
      pending.push(pending.at(-1)! + 1);
      return evalSha(sha, options).finally(() => pending.push(pending.at(-1)! - 1));
    });
    await rebuild.fill(Array.from({ length: 2_000 }, (_, i) => standing(`u${i}`, 1 + i, 1 + i)), 2_000);
    watched.mockRestore();
    expect([Math.max(...pending), pending.at(-1)]).toEqual([4, 0]);
  });

  describe('of thousands of users, in dozens of hashes', () => {
    const USERS = 3_000;
    /** Best first; half of the ids are UUIDs. */
    const makeCrowd = () => Array.from({ length: USERS }, (_, i) => standing(i % 2 ? randomUUID() : `user-${i}`, 2 * USERS - i, i + 1));
    const byId = (crowd: readonly Standing[]) => [...crowd].sort((a, b) => (a.userId < b.userId ? -1 : 1));
    const expectRanks = async (crowd: readonly Standing[]) => {
      const places = crowd.map(({ userId, score, version }, i) => ({ userId, score, rank: i + 1, version }));
      expect(await leaderboard.places(crowd.map(({ userId }) => userId))).toEqual(places);
    };
    const hashes = async () => {
      const names = await keys(`${prefix}*:standings`);
      return { count: names.length, users: (await Promise.all(names.map((name) => client.hLen(name)))).reduce((sum, size) => sum + size, 0) };
    };
    /** The keys of all generations in which there is a byte of this id. */
    const holders = async (userId: string) => {
      const packed = packIds([userId]).subarray(1);
      const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      const found: string[] = [];
      for (const hash of await keys(`${prefix}*:standings`)) if (await client.hExists(hash, packed)) found.push(hash);
      for (const order of await keys(`${prefix}*:order`)) {
        const members = await binary.zRange(order, 0, -1);
        if (members.some((member) => member.subarray(7).equals(packed))) found.push(order);
      }
      return found;
    };

    it('is resumed with as many hashes as it has users, and every user is found', async () => {
      const crowd = makeCrowd();
      const pages = byId(crowd);
      await (await leaderboard.beginRebuild('ledger-1'))!.fill(pages.slice(0, 1_000), USERS);
      await leaderboard.put([{ ...crowd[0]!, score: 3 * USERS, version: USERS + 1, reachedAt: USERS + 1 }], { from: USERS, to: USERS + 1 });
      await expire(1);
      const second = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(second.resumed).toEqual({ after: pages[999]!.userId, filled: 1_000, upTo: USERS });
      await second.fill(pages.slice(1_000), USERS);
      await second.finish(USERS);
      await expectRanks([{ ...crowd[0]!, score: 3 * USERS, version: USERS + 1 }, ...crowd.slice(1)]);
      expect(await hashes()).toEqual({ count: Math.floor(USERS / 32) + 1, users: USERS });
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: USERS + 1 });
    });

    it('has as many hashes as it expects users before they come, also with users of live puts in them', async () => {
      const crowd = makeCrowd();
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await leaderboard.put(crowd.slice(0, 500), { from: 0, to: 500 });
      const steps = jest.spyOn(client, 'evalSha');
      await rebuild.expect!(USERS);
      expect(steps.mock.calls.length).toBeGreaterThan(3); // a script stops after about a hundred users
      steps.mockRestore();
      expect(await client.hmGet(`${prefix}meta`, ['rebuildUsers', 'rebuildRoom'])).toEqual([`${USERS}`, `${USERS - 500}`]);
      await rebuild.fill(byId(crowd), USERS);
      expect(await hashes()).toMatchObject({ users: USERS });
      expect(await client.hmGet(`${prefix}meta`, ['rebuildUsers', 'rebuildRoom'])).toEqual([`${USERS}`, '0']);
      await rebuild.finish(USERS);
      await expectRanks(crowd);
    });

    it('may be followed by the erasure of users in any hash, and by new users', async () => {
      const crowd = makeCrowd();
      await makeReady(leaderboard, crowd);
      const erased = crowd.filter((_, i) => i % 10 === 0 || i % 10 === 3);
      for (const { userId } of erased.slice(0, 300)) await leaderboard.replace(userId);
      for (const old of erased.slice(300)) await leaderboard.replace(old.userId, { ...old, userId: `forgotten-${old.version}` });
      const left = crowd.flatMap((old) => {
        const at = erased.indexOf(old);
        return at < 0 ? [old] : at < 300 ? [] : [{ ...old, userId: `forgotten-${old.version}` }];
      });
      await expectRanks(left);
      expect(await leaderboard.places(erased.map(({ userId }) => userId))).toEqual(erased.map(() => undefined));
      expect(await hashes()).toMatchObject({ users: USERS - 300 });

      const newcomers = Array.from({ length: USERS }, (_, i) => standing(`new-${i}`, USERS - i, USERS + i + 1));
      await leaderboard.put(newcomers, { from: USERS, to: 2 * USERS });
      await expectRanks([...left, ...newcomers]);
      expect(await hashes()).toMatchObject({ users: 2 * USERS - 300 });
      await makeReady(leaderboard, left);
      expect(await hashes()).toEqual({ count: Math.floor(left.length / 32) + 1, users: left.length });
    });

    it('refuses a page that was read before a user was replaced, and afterwards no byte of the old id is left', async () => {
      const crowd = makeCrowd();
      const pages = byId(crowd);
      await makeReady(leaderboard, crowd);
      const interrupted = (await leaderboard.beginRebuild('ledger-1'))!;
      await interrupted.fill(pages.slice(0, 2_000), USERS);
      const old = [pages[7]!, pages[2_500]!]; // filled, and read before
      const replacing = (user: Standing) => (old.includes(user) ? { ...user, userId: `forgotten-${user.version}` } : user);
      for (const user of old) {
        await leaderboard.replace(user.userId, replacing(user));
        await expect(interrupted.fill(pages.slice(2_000), USERS)).rejects.toThrow('another rebuild');
        expect(await holders(user.userId)).toEqual([]);
      }
      await expectRanks(crowd.map(replacing));

      const second = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(second.resumed).toEqual({ after: pages[1_999]!.userId, filled: 2_000, upTo: USERS });
      const rest = byId(crowd.map(replacing)).filter(({ userId }) => userId > pages[1_999]!.userId);
      await second.fill(rest, USERS);
      await second.finish(USERS);
      await expectRanks(crowd.map(replacing));
      expect(await hashes()).toMatchObject({ users: USERS });
      for (const { userId } of old) expect(await holders(userId)).toEqual([]);
    });
  });
});
