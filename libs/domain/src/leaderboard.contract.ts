import type { Leaderboard } from './leaderboard';
import { leaderboardRebuildContract } from './leaderboard-rebuild.contract';
import { batchesOf, ladder, names, randomChanges, randomFrom, standing, upTo, makeReady } from './leaderboard-samples.contract';
import { BOARD_SIZE, MAX_TOP, MAX_TOTAL } from './score';
import { compareStandings, isRanked } from './standing';

/** The contract of every `Leaderboard`. `make` returns an empty one that is not ready; its rebuilds may be silent for `leaseMs`. */
export function leaderboardContract(make: (options?: { leaseMs: number }) => Promise<Leaderboard>): void {
  let leaderboard: Leaderboard;
  beforeEach(async () => {
    leaderboard = await make();
  });

  describe('the order', () => {
    it('is by score, then by who reached it first', async () => {
      await makeReady(leaderboard);
      await leaderboard.put([standing('late', 5, 9), standing('best', 7, 8), standing('early', 5, 3), standing('tenth', 5, 10)], upTo(10));
      expect(await leaderboard.top(3)).toEqual([
        { rank: 1, userId: 'best', score: 7 },
        { rank: 2, userId: 'early', score: 5 },
        { rank: 3, userId: 'late', score: 5 },
      ]);
      expect(await names(leaderboard)).toEqual(['best', 'early', 'late', 'tenth']);
    });

    it('keeps all users with the same score and sequence', async () => {
      await makeReady(leaderboard, [standing('b', 5, 1), standing('B', 5, 1), standing('a', 5, 1)]);
      expect(await names(leaderboard)).toEqual(['B', 'a', 'b']);
    });

    it('is exact for the largest scores and sequences', async () => {
      await makeReady(leaderboard);
      const seq = 1_900_000_000_000_000;
      await leaderboard.put(
        [standing('c', MAX_TOTAL - 1, seq), standing('b', MAX_TOTAL, seq + 2), standing('a', MAX_TOTAL, seq + 1), standing('d', 1, MAX_TOTAL)],
        { from: 0, to: MAX_TOTAL - 1 },
      );
      expect(await leaderboard.top(4)).toEqual([
        { rank: 1, userId: 'a', score: MAX_TOTAL },
        { rank: 2, userId: 'b', score: MAX_TOTAL },
        { rank: 3, userId: 'c', score: MAX_TOTAL - 1 },
        { rank: 4, userId: 'd', score: 1 },
      ]);
      expect(await leaderboard.board()).toEqual({ revision: MAX_TOTAL - 1, entries: await leaderboard.top(10) });
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: MAX_TOTAL - 1 });
      expect((await leaderboard.places(['d']))[0]?.version).toBe(MAX_TOTAL);
    });

    it('compares user ids byte for byte, whatever characters they contain', async () => {
      await makeReady(leaderboard);
      const uuid = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
      const uuids = [uuid, uuid.toUpperCase(), uuid.replaceAll('-', ''), uuid.slice(1), `${uuid}0`, '00000000-0000-0000-0000-000000000000', 'sixteen-byte-id.', 'seventeen-byte-id'];
      const plain = ['a', 'A', '_', '-', '0', '00', '1:2', 'a.b', 'a:b@c|d+e-f', 'google-oauth2|123', 'x'.repeat(64), '~'.repeat(255), 'constructor', '__proto__'];
      const users = [...uuids, ...plain];
      await leaderboard.put(users.map((user, i) => standing(user, 5, i + 1)), upTo(users.length));
      expect(await names(leaderboard)).toEqual(users);
      expect((await leaderboard.board()).entries.map((entry) => entry.userId)).toEqual(users.slice(0, BOARD_SIZE));
      expect((await leaderboard.places(users)).map((place) => place?.rank)).toEqual(users.map((_, i) => i + 1));
      for (const [i, user] of users.entries()) expect(await leaderboard.around(user, 0)).toEqual([{ rank: i + 1, userId: user, score: 5 }]);
    });
  });

  describe('a put', () => {
    beforeEach(() => makeReady(leaderboard));

    it('ignores a standing that is not newer than the stored one, so puts may be reordered and repeated', async () => {
      const [older, newer] = [standing('ann', 5, 1), standing('ann', 4, 2)];
      await leaderboard.put([newer], { from: 1, to: 2 });
      await leaderboard.put([older], { from: 0, to: 1 });
      expect(await leaderboard.put([newer, older, newer], { from: 1, to: 2 })).toBeUndefined();
      await leaderboard.put([standing('ann', 9, 2)], upTo(2));
      expect(await leaderboard.places(['ann'])).toEqual([{ userId: 'ann', score: 4, rank: 1, version: 2 }]);
      expect(await leaderboard.top(10)).toHaveLength(1);
    });

    it('keeps the newest of several standings of one user, in any order', async () => {
      await leaderboard.put([standing('ann', 2, 2), standing('ann', 3, 3), standing('bob', 1, 4), standing('ann', 1, 1)], upTo(4));
      expect(await leaderboard.top(10)).toEqual([
        { rank: 1, userId: 'ann', score: 3 },
        { rank: 2, userId: 'bob', score: 1 },
      ]);
    });

    it('removes a hidden user from the board, keeps the standing, and restores the old rank when shown again', async () => {
      await leaderboard.put([standing('ann', 5, 1), standing('bob', 5, 2)], upTo(2));
      const hiding = await leaderboard.put([standing('ann', 5, 1, { version: 3, hidden: true })], { from: 2, to: 3 });
      expect(hiding?.entries).toEqual([{ rank: 1, userId: 'bob', score: 5 }]);
      expect(await leaderboard.places(['ann'])).toEqual([{ userId: 'ann', score: 5, rank: null, version: 3 }]);
      expect(await leaderboard.around('ann', 5)).toEqual([]);

      await leaderboard.put([standing('ann', 5, 1)], upTo(1));
      expect(await names(leaderboard)).toEqual(['bob']);
      await leaderboard.put([standing('ann', 5, 1, { version: 4 })], { from: 3, to: 4 });
      expect(await names(leaderboard)).toEqual(['ann', 'bob']);
    });

    it('stores a score of zero as a tombstone', async () => {
      await leaderboard.put([standing('ann', 5, 1)], upTo(1));
      await leaderboard.put([standing('ann', 0, 2), standing('bob', 0, 3)], { from: 1, to: 3 });
      await leaderboard.put([standing('ann', 5, 1)], upTo(1));
      expect(await leaderboard.top(10)).toEqual([]);
      expect(await leaderboard.places(['ann', 'bob'])).toEqual([
        { userId: 'ann', score: 0, rank: null, version: 2 },
        { userId: 'bob', score: 0, rank: null, version: 3 },
      ]);
    });

    it('accepts thousands of standings at once', async () => {
      await leaderboard.put(ladder(4_321), upTo(4_321));
      expect((await leaderboard.places(['u1', 'u2000', 'u4321'])).map((place) => place?.rank)).toEqual([1, 2_000, 4_321]);
      expect(await leaderboard.position()).toMatchObject({ watermark: 4_321 });
    });
  });

  describe('the board', () => {
    it('is returned by a put only if the top ten changed', async () => {
      await makeReady(leaderboard, ladder(11));
      expect(await leaderboard.put([standing('u11', 20, 12)], { from: 11, to: 12 })).toBeUndefined();
      expect(await leaderboard.put([standing('u1', 10_000, 1, { version: 13 })], { from: 12, to: 13 })).toBeUndefined();
      const board = await leaderboard.put([standing('u11', 20_000, 14)], { from: 13, to: 14 });
      expect(board).toEqual({ revision: 14, entries: await leaderboard.top(BOARD_SIZE) });
      expect(board?.entries[0]).toEqual({ rank: 1, userId: 'u11', score: 20_000 });
      expect(await leaderboard.board()).toEqual(board);
    });

    it('has the revision max(current + 1, to), which never decreases', async () => {
      await makeReady(leaderboard, [], 100);
      const revisions = [];
      for (const [seq, to] of [[1, 200], [2, 150], [3, 0], [4, 202], [5, 500]] as const) {
        revisions.push((await leaderboard.put([standing('ann', seq, seq)], { from: 0, to }))?.revision);
      }
      expect(revisions).toEqual([200, 201, 202, 203, 500]);
    });

    it('keeps its revision after a rebuild without changes, and raises it otherwise', async () => {
      const first = await makeReady(leaderboard, ladder(3), 50);
      expect(first.revision).toBe(50);
      expect(await makeReady(leaderboard, ladder(3), 60)).toEqual(first);
      expect((await makeReady(leaderboard, ladder(4), 40)).revision).toBe(51);
      expect((await makeReady(leaderboard, ladder(3), 90)).revision).toBe(90);
    });

    it('exists, even if empty, from the first rebuild on', async () => {
      expect(await makeReady(leaderboard, [], 7)).toEqual({ revision: 7, entries: [] });
      expect(await leaderboard.board()).toEqual({ revision: 7, entries: [] });
    });
  });

  leaderboardRebuildContract(make);

  describe('reading', () => {
    it('returns only existing entries of the top', async () => {
      await makeReady(leaderboard, ladder(150));
      expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'u1', score: 10_000 }]);
      expect((await leaderboard.top(MAX_TOP)).at(-1)).toEqual({ rank: 100, userId: 'u100', score: 9_901 });
      await makeReady(leaderboard, ladder(3));
      expect(await leaderboard.top(MAX_TOP)).toHaveLength(3);
    });

    it('returns the users from any rank on, with their ranks, also after ties and changes', async () => {
      await makeReady(leaderboard, Array.from({ length: 300 }, (_, i) => standing(`u${i}`, 1 + (i % 7), i + 1)));
      await leaderboard.put([standing('u0', 900, 301), standing('u1', 0, 302), standing('u2', 3, 3, { version: 303, hidden: true })], { from: 300, to: 303 });
      const all = [...(await leaderboard.top(100)), ...(await leaderboard.top(100, 101)), ...(await leaderboard.top(100, 201))];
      expect(all.map(({ rank }) => rank)).toEqual(Array.from({ length: 298 }, (_, i) => i + 1));
      expect(new Set(all.map(({ userId }) => userId)).size).toBe(298);
      for (const from of [1, 2, 50, 150, 297, 298]) expect(await leaderboard.top(3, from)).toEqual(all.slice(from - 1, from + 2));
      expect(await leaderboard.top(3, 299)).toEqual([]);
      expect(await leaderboard.top(3, MAX_TOTAL)).toEqual([]);
    });

    it('counts the ranked users: neither hidden ones nor those without points', async () => {
      await makeReady(leaderboard, [standing('ann', 5, 1), standing('bob', 0, 2), standing('eve', 4, 3, { hidden: true })]);
      expect(await leaderboard.players()).toBe(1);
      await leaderboard.put([standing('eve', 4, 3, { version: 4 })], { from: 3, to: 4 });
      expect(await leaderboard.players()).toBe(2);
    });

    it('returns places in the given order, and undefined for unknown users', async () => {
      await makeReady(leaderboard, [...ladder(3), standing('hid', 99, 4, { hidden: true })]);
      expect(await leaderboard.places(['u3', 'nobody', 'hid', 'u1', 'u3'])).toEqual([
        { userId: 'u3', score: 9_998, rank: 3, version: 3 },
        undefined,
        { userId: 'hid', score: 99, rank: null, version: 4 },
        { userId: 'u1', score: 10_000, rank: 1, version: 1 },
        { userId: 'u3', score: 9_998, rank: 3, version: 3 },
      ]);
      expect(await leaderboard.places([])).toEqual([]);
    });

    it('returns the existing neighbors on either side', async () => {
      await makeReady(leaderboard, ladder(9));
      const ranks = async (user: string, radius: number) => (await leaderboard.around(user, radius)).map((entry) => entry.rank);
      expect(await leaderboard.around('u5', 1)).toEqual([
        { rank: 4, userId: 'u4', score: 9_997 },
        { rank: 5, userId: 'u5', score: 9_996 },
        { rank: 6, userId: 'u6', score: 9_995 },
      ]);
      expect(await ranks('u1', 2)).toEqual([1, 2, 3]);
      expect(await ranks('u2', 2)).toEqual([1, 2, 3, 4]);
      expect(await ranks('u9', 2)).toEqual([7, 8, 9]);
      expect(await ranks('u5', 50)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await leaderboard.around('nobody', 5)).toEqual([]);
    });
  });

  it('agrees with a plain sort after 5,000 changes in shuffled and repeated batches', async () => {
    const seed = Date.now() % 2 ** 31;
    const random = randomFrom(seed);
    const changes = randomChanges(5_000, random);
    await makeReady(leaderboard);
    const batches = batchesOf(changes, random);
    for (const { standings, range } of batches) await leaderboard.put(standings, range);

    const newest = new Map(changes.map((change) => [change.userId, change]));
    const order = [...newest.values()].filter(isRanked).sort(compareStandings);
    const ranked = order.map(({ userId, score }, i) => ({ rank: i + 1, userId, score }));
    const users = [...newest.keys()];
    const middle = Math.floor(ranked.length / 2);
    // Each result includes the seed, so that a failure shows it.
    expect({ seed, top: await leaderboard.top(MAX_TOP) }).toEqual({ seed, top: ranked.slice(0, MAX_TOP) });
    expect({ seed, board: (await leaderboard.board()).entries }).toEqual({ seed, board: ranked.slice(0, BOARD_SIZE) });
    expect({ seed, around: await leaderboard.around(ranked[middle]!.userId, 50) }).toEqual({ seed, around: ranked.slice(middle - 50, middle + 51) });
    expect({ seed, places: await leaderboard.places(users) }).toEqual({
      seed,
      places: users.map((userId) => {
        const { score, version } = newest.get(userId)!;
        return { userId, score, rank: ranked.find((entry) => entry.userId === userId)?.rank ?? null, version };
      }),
    });
    expect({ seed, ...(await leaderboard.position()) }).toEqual({ seed, ledgerId: 'ledger-1', watermark: 5_000 });
  });
}
