import { BOARD_SIZE, MAX_TOP, MAX_TOTAL } from './score';
import { type Leaderboard, LeaderboardCold } from './leaderboard';
import type { LedgerRange } from './score-ledger';
import { compareStandings, isRanked, type Standing } from './standing';

/** A standing whose last change of any kind was its last change of score. */
const standing = (userId: string, score: number, seq: number, more: Partial<Standing> = {}): Standing => ({
  userId,
  score,
  reachedAt: seq,
  version: seq,
  hidden: false,
  ...more,
});

const upTo = (to: number): LedgerRange => ({ from: 0, to });

/** Users u1, u2, … with falling scores: u1 stands first. */
const ladder = (count: number): Standing[] => Array.from({ length: count }, (_, i) => standing(`u${i + 1}`, 10_000 - i, i + 1));

async function warm(leaderboard: Leaderboard, standings: readonly Standing[] = [], sequence = standings.length, ledgerId = 'ledger-1') {
  const rebuild = await leaderboard.beginRebuild(ledgerId);
  await rebuild!.fill(standings);
  return rebuild!.finish(sequence);
}

const names = async (leaderboard: Leaderboard): Promise<string[]> => (await leaderboard.top(MAX_TOP)).map((entry) => entry.userId);

/** What every `Leaderboard` keeps. `make` gives an empty one that is cold; its rebuilds may be silent for `leaseMs`. */
export function leaderboardContract(make: (options?: { leaseMs: number }) => Promise<Leaderboard>): void {
  let leaderboard: Leaderboard;
  beforeEach(async () => {
    leaderboard = await make();
  });

  describe('the order', () => {
    it('is the score, and among equals who reached it first', async () => {
      await warm(leaderboard);
      await leaderboard.put([standing('late', 5, 9), standing('best', 7, 8), standing('early', 5, 3), standing('tenth', 5, 10)], upTo(10));
      expect(await leaderboard.top(3)).toEqual([
        { rank: 1, userId: 'best', score: 7 },
        { rank: 2, userId: 'early', score: 5 },
        { rank: 3, userId: 'late', score: 5 },
      ]);
      expect(await names(leaderboard)).toEqual(['best', 'early', 'late', 'tenth']);
    });

    it('is exact for the largest scores and sequences', async () => {
      await warm(leaderboard);
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

    it('tells user ids apart byte for byte, whatever characters they have', async () => {
      await warm(leaderboard);
      const users = ['a', 'A', '_', '-', '0', '00', '1:2', 'a.b', 'a:b@c|d+e-f', 'google-oauth2|123', 'x'.repeat(64), 'constructor', '__proto__'];
      await leaderboard.put(users.map((user, i) => standing(user, 5, i + 1)), upTo(users.length));
      expect(await names(leaderboard)).toEqual(users);
      expect((await leaderboard.board()).entries.map((entry) => entry.userId)).toEqual(users.slice(0, BOARD_SIZE));
      expect((await leaderboard.places(users)).map((place) => place?.rank)).toEqual(users.map((_, i) => i + 1));
    });
  });

  describe('a put', () => {
    beforeEach(() => warm(leaderboard));

    it('ignores a standing that is not newer than the one held, so puts may be swapped and repeated', async () => {
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

    it('takes a hidden user off the board, keeps the standing, and puts the user back in the old place', async () => {
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

    it('keeps a score of zero as a tombstone', async () => {
      await leaderboard.put([standing('ann', 5, 1)], upTo(1));
      await leaderboard.put([standing('ann', 0, 2), standing('bob', 0, 3)], { from: 1, to: 3 });
      await leaderboard.put([standing('ann', 5, 1)], upTo(1));
      expect(await leaderboard.top(10)).toEqual([]);
      expect(await leaderboard.places(['ann', 'bob'])).toEqual([
        { userId: 'ann', score: 0, rank: null, version: 2 },
        { userId: 'bob', score: 0, rank: null, version: 3 },
      ]);
    });

    it('takes thousands of standings at once', async () => {
      await leaderboard.put(ladder(4_321), upTo(4_321));
      expect((await leaderboard.places(['u1', 'u2000', 'u4321'])).map((place) => place?.rank)).toEqual([1, 2_000, 4_321]);
      expect(await leaderboard.position()).toMatchObject({ watermark: 4_321 });
    });
  });

  describe('the board', () => {
    it('is returned by a put only where the first ten changed', async () => {
      await warm(leaderboard, ladder(11));
      expect(await leaderboard.put([standing('u11', 20, 12)], { from: 11, to: 12 })).toBeUndefined();
      expect(await leaderboard.put([standing('u1', 10_000, 1, { version: 13 })], { from: 12, to: 13 })).toBeUndefined();
      const board = await leaderboard.put([standing('u11', 20_000, 14)], { from: 13, to: 14 });
      expect(board).toEqual({ revision: 14, entries: await leaderboard.top(BOARD_SIZE) });
      expect(board?.entries[0]).toEqual({ rank: 1, userId: 'u11', score: 20_000 });
      expect(await leaderboard.board()).toEqual(board);
    });

    it('bears the revision max(held + 1, to), which never falls', async () => {
      await warm(leaderboard, [], 100);
      const revisions = [];
      for (const [seq, to] of [[1, 200], [2, 150], [3, 0], [4, 202], [5, 500]] as const) {
        revisions.push((await leaderboard.put([standing('ann', seq, seq)], { from: 0, to }))?.revision);
      }
      expect(revisions).toEqual([200, 201, 202, 203, 500]);
    });

    it('keeps its revision over a rebuild that changes nothing, and raises it where one does', async () => {
      const first = await warm(leaderboard, ladder(3), 50);
      expect(first.revision).toBe(50);
      expect(await warm(leaderboard, ladder(3), 60)).toEqual(first);
      expect((await warm(leaderboard, ladder(4), 40)).revision).toBe(51);
      expect((await warm(leaderboard, ladder(3), 90)).revision).toBe(90);
    });

    it('is held, though empty, from the first rebuild on', async () => {
      expect(await warm(leaderboard, [], 7)).toEqual({ revision: 7, entries: [] });
      expect(await leaderboard.board()).toEqual({ revision: 7, entries: [] });
    });
  });

  describe('the watermark', () => {
    const watermark = async () => (await leaderboard.position())?.watermark;

    it('moves only where nothing before it is missing, and over swapped ranges at once', async () => {
      await warm(leaderboard, [], 100);
      const seen = [];
      for (const [from, to] of [[100, 110], [120, 130], [140, 150], [105, 108], [130, 140], [109, 120], [0, 50], [150, 150], [151, 152]] as const) {
        await leaderboard.put([], { from, to });
        seen.push(await watermark());
      }
      expect(seen).toEqual([110, 110, 110, 110, 110, 150, 150, 150, 150]);
    });

    it('chains over what arrived while a rebuild ran', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await leaderboard.put([], { from: 20, to: 30 });
      await leaderboard.put([], { from: 10, to: 20 });
      await leaderboard.put([], { from: 40, to: 50 });
      await rebuild.finish(15);
      expect(await watermark()).toBe(30);
    });

    it('may lag after more than a thousand gaps, but never passes one', async () => {
      await warm(leaderboard);
      for (let i = 1_100; i > 0; i--) await leaderboard.put([], { from: 2 * i, to: 2 * i + 1 });
      expect(await watermark()).toBe(0);
      await leaderboard.put([], { from: 0, to: 3_000 });
      expect([3_000, 3_001]).toContain(await watermark());
      await leaderboard.put([], { from: 0, to: 2_201 });
      await leaderboard.put([], { from: 3_000, to: 4_000 });
      expect(await watermark()).toBe(4_000);
    });
  });

  describe('while cold', () => {
    it('every read says so, and a put is let go', async () => {
      expect(await leaderboard.put([standing('ann', 5, 1)], upTo(1))).toBeUndefined();
      expect(await leaderboard.position()).toBeUndefined();
      const reads = [leaderboard.board(), leaderboard.top(10), leaderboard.places(['ann']), leaderboard.around('ann', 1)];
      for (const read of reads) await expect(read).rejects.toBeInstanceOf(LeaderboardCold);
      await warm(leaderboard);
      expect(await leaderboard.top(10)).toEqual([]);
    });

    it('it stays so until the first rebuild has finished', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.fill(ladder(3));
      expect(await leaderboard.put([standing('ann', 5, 4)], { from: 3, to: 4 })).toBeUndefined();
      expect(await leaderboard.position()).toBeUndefined();
      await expect(leaderboard.top(10)).rejects.toBeInstanceOf(LeaderboardCold);
      await rebuild.finish(3);
      expect(await names(leaderboard)).toEqual(['u1', 'u2', 'u3', 'ann']);
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 4 });
    });
  });

  describe('a rebuild', () => {
    it('is not shown before it has finished, and replaces everything then', async () => {
      await warm(leaderboard, [standing('gone', 5, 1), standing('ann', 5, 2)], 2);
      const rebuild = (await leaderboard.beginRebuild('ledger-2'))!;
      await rebuild.fill([standing('ann', 7, 1)]);
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 2 });
      expect(await names(leaderboard)).toEqual(['gone', 'ann']);

      const board = await rebuild.finish(9);
      expect(board).toEqual({ revision: 9, entries: [{ rank: 1, userId: 'ann', score: 7 }] });
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-2', watermark: 9 });
      expect(await leaderboard.places(['gone'])).toEqual([undefined]);
    });

    it('beside live puts ends with what the puts say, whichever came first', async () => {
      await warm(leaderboard, ladder(5));
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await leaderboard.put([standing('u1', 1, 6), standing('new', 3, 7)], { from: 5, to: 7 });
      await rebuild.fill(ladder(5));
      await leaderboard.put([standing('u2', 2, 8)], { from: 7, to: 8 });
      const before = await leaderboard.top(10);
      await rebuild.finish(5);
      expect(await leaderboard.top(10)).toEqual(before);
      expect(await names(leaderboard)).toEqual(['u3', 'u4', 'u5', 'new', 'u2', 'u1']);
      expect(await leaderboard.position()).toMatchObject({ watermark: 8 });
    });

    it('is refused while another one runs', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(await leaderboard.beginRebuild('ledger-1')).toBeUndefined();
      await rebuild.fill(ladder(2));
      await rebuild.finish(2);
      expect(await leaderboard.beginRebuild('ledger-1')).toBeDefined();
    });

    it('that was silent for too long is taken over, from the beginning, and told so', async () => {
      leaderboard = await make({ leaseMs: 20 });
      const stalled = (await leaderboard.beginRebuild('ledger-1'))!;
      await stalled.fill([standing('stale', 5, 1)]);
      const second = await until(() => leaderboard.beginRebuild('ledger-2'));
      await expect(stalled.fill(ladder(1))).rejects.toThrow('another rebuild');
      await expect(stalled.finish(1)).rejects.toThrow('another rebuild');
      await second.fill(ladder(2));
      await second.finish(2);
      expect(await names(leaderboard)).toEqual(['u1', 'u2']);
    });
  });

  describe('reading', () => {
    it('gives no more of the top than there is', async () => {
      await warm(leaderboard, ladder(150));
      expect(await leaderboard.top(1)).toEqual([{ rank: 1, userId: 'u1', score: 10_000 }]);
      expect((await leaderboard.top(MAX_TOP)).at(-1)).toEqual({ rank: 100, userId: 'u100', score: 9_901 });
      await warm(leaderboard, ladder(3));
      expect(await leaderboard.top(MAX_TOP)).toHaveLength(3);
    });

    it('gives places in the order asked, and nothing for one never seen', async () => {
      await warm(leaderboard, [...ladder(3), standing('hid', 99, 4, { hidden: true })]);
      expect(await leaderboard.places(['u3', 'nobody', 'hid', 'u1', 'u3'])).toEqual([
        { userId: 'u3', score: 9_998, rank: 3, version: 3 },
        undefined,
        { userId: 'hid', score: 99, rank: null, version: 4 },
        { userId: 'u1', score: 10_000, rank: 1, version: 1 },
        { userId: 'u3', score: 9_998, rank: 3, version: 3 },
      ]);
      expect(await leaderboard.places([])).toEqual([]);
    });

    it('gives the neighbours there are on either side', async () => {
      await warm(leaderboard, ladder(9));
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
    await warm(leaderboard);
    const batches = batchesOf(changes, random);
    for (const { standings, range } of batches) await leaderboard.put(standings, range);

    const newest = new Map(changes.map((change) => [change.userId, change]));
    const order = [...newest.values()].filter(isRanked).sort(compareStandings);
    const ranked = order.map(({ userId, score }, i) => ({ rank: i + 1, userId, score }));
    const users = [...newest.keys()];
    const middle = Math.floor(ranked.length / 2);
    // The seed stands beside each result, so that a failure shows it.
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

/** Asks again until there is an answer, for five seconds at the most. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('no answer within 5 s');
  }
}

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The changes 1 to `count` of a ledger with 700 users: scores raised and taken back, users hidden and shown. */
function randomChanges(count: number, random: () => number): Standing[] {
  const held = new Map<string, Standing>();
  return Array.from({ length: count }, (_, i) => {
    const userId = `user-${Math.floor(random() * 700)}`;
    const last = held.get(userId) ?? standing(userId, 0, 0);
    const isToggle = random() < 0.1;
    const score = random() < 0.05 ? 0 : last.score + 1 + Math.floor(random() * 3);
    const next = isToggle ? { ...last, version: i + 1, hidden: !last.hidden } : { ...last, score, reachedAt: i + 1, version: i + 1 };
    held.set(userId, next);
    return next;
  });
}

/** Cuts the changes into ranges of 1 to 200, repeats every fourth, and shuffles them. */
function batchesOf(changes: readonly Standing[], random: () => number) {
  const batches: { standings: readonly Standing[]; range: LedgerRange }[] = [];
  for (let from = 0; from < changes.length; ) {
    const to = Math.min(from + 1 + Math.floor(random() * 200), changes.length);
    batches.push({ standings: changes.slice(from, to), range: { from, to } });
    from = to;
  }
  return [...batches, ...batches.filter((_, i) => i % 4 === 0)]
    .map((batch) => ({ batch, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ batch }) => batch);
}
