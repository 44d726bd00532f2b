import { type Leaderboard, LeaderboardNotReady, type LeaderboardRebuild } from './leaderboard';
import { MAX_TOP } from './score';
import { ladder, names, standing, upTo, makeReady } from './leaderboard-samples.contract';

/** How a `Leaderboard` follows its ledger: the watermark, the time before the first rebuild, and rebuilds. */
export function leaderboardRebuildContract(make: (options?: { leaseMs: number }) => Promise<Leaderboard>): void {
  let leaderboard: Leaderboard;
  beforeEach(async () => {
    leaderboard = await make();
  });

  describe('the watermark', () => {
    const watermark = async () => (await leaderboard.position())?.watermark;

    it('advances only if nothing before it is missing, and over reordered ranges together', async () => {
      await makeReady(leaderboard, [], 100);
      const seen = [];
      for (const [from, to] of [[100, 110], [120, 130], [140, 150], [105, 108], [130, 140], [109, 120], [0, 50], [150, 150], [151, 152]] as const) {
        await leaderboard.put([], { from, to });
        seen.push(await watermark());
      }
      expect(seen).toEqual([110, 110, 110, 110, 110, 150, 150, 150, 150]);
    });

    it('includes ranges that arrived during a rebuild', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await leaderboard.put([], { from: 20, to: 30 });
      await leaderboard.put([], { from: 10, to: 20 });
      await leaderboard.put([], { from: 40, to: 50 });
      await rebuild.finish(15);
      expect(await watermark()).toBe(30);
    });

    it('may lag after more than a thousand gaps, but never passes one', async () => {
      await makeReady(leaderboard);
      for (let i = 1_100; i > 0; i--) await leaderboard.put([], { from: 2 * i, to: 2 * i + 1 });
      expect(await watermark()).toBe(0);
      await leaderboard.put([], { from: 0, to: 3_000 });
      expect([3_000, 3_001]).toContain(await watermark());
      await leaderboard.put([], { from: 0, to: 2_201 });
      await leaderboard.put([], { from: 3_000, to: 4_000 });
      expect(await watermark()).toBe(4_000);
    });
  });

  describe('before the first rebuild', () => {
    it('every read throws LeaderboardNotReady, and puts are ignored', async () => {
      expect(await leaderboard.put([standing('ann', 5, 1)], upTo(1))).toBeUndefined();
      expect(await leaderboard.position()).toBeUndefined();
      const reads = [leaderboard.board(), leaderboard.top(10), leaderboard.top(10, 2), leaderboard.players(), leaderboard.places(['ann']), leaderboard.around('ann', 1)];
      for (const read of reads) await expect(read).rejects.toBeInstanceOf(LeaderboardNotReady);
      await makeReady(leaderboard);
      expect(await leaderboard.top(10)).toEqual([]);
    });

    it('reads throw until the first rebuild has finished', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.fill(ladder(3));
      expect(await leaderboard.put([standing('ann', 5, 4)], { from: 3, to: 4 })).toBeUndefined();
      expect(await leaderboard.position()).toBeUndefined();
      await expect(leaderboard.top(10)).rejects.toBeInstanceOf(LeaderboardNotReady);
      await rebuild.finish(3);
      expect(await names(leaderboard)).toEqual(['u1', 'u2', 'u3', 'ann']);
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 4 });
    });
  });

  describe('a rebuild', () => {
    it('is not visible before it has finished, and then replaces everything', async () => {
      await makeReady(leaderboard, [standing('gone', 5, 1), standing('ann', 5, 2)], 2);
      const rebuild = (await leaderboard.beginRebuild('ledger-2'))!;
      await rebuild.fill([standing('ann', 7, 1)]);
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 2 });
      expect(await names(leaderboard)).toEqual(['gone', 'ann']);

      const board = await rebuild.finish(9);
      expect(board).toEqual({ revision: 9, entries: [{ rank: 1, userId: 'ann', score: 7 }] });
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-2', watermark: 9 });
      expect(await leaderboard.places(['gone'])).toEqual([undefined]);
    });

    it('keeps the newer standing if live puts arrive meanwhile, in any order', async () => {
      await makeReady(leaderboard, ladder(5));
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

    it.each([0, 3, 1_000])('ranks every user if %i of 80 are expected, with a page that repeats some, and live puts before and after', async (expected) => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await leaderboard.put([standing('u2', 1, 81), ...ladder(80).slice(60)], { from: 80, to: 81 });
      await rebuild.expect?.(expected);
      await leaderboard.put([standing('u3', 2, 82), standing('new', 3, 83), standing('u79', 0, 84)], { from: 81, to: 84 });
      await rebuild.fill([...ladder(50), standing('u1', 10_001, 85)]);
      await rebuild.expect?.(expected);
      await rebuild.fill(ladder(80).slice(40));
      await rebuild.finish(80);
      const between = ladder(80).map(({ userId }) => userId).slice(3).filter((userId) => userId !== 'u79');
      expect(await names(leaderboard)).toEqual(['u1', ...between, 'new', 'u3', 'u2']);
      expect((await leaderboard.places(['u1', 'u2', 'u79'])).map((place) => place?.version)).toEqual([85, 81, 84]);
      await leaderboard.put(ladder(200).slice(80), { from: 80, to: 200 });
      expect(await leaderboard.players()).toBe(200);
    });

    it('is refused while another one runs', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(await leaderboard.beginRebuild('ledger-1')).toBeUndefined();
      await rebuild.fill(ladder(2));
      await rebuild.finish(2);
      expect(await leaderboard.beginRebuild('ledger-1')).toBeDefined();
    });

    it('that is silent for too long before its first page is replaced by a new one, and its next call throws', async () => {
      leaderboard = await make({ leaseMs: 20 });
      const stalled = (await leaderboard.beginRebuild('ledger-1'))!;
      await stalled.fill([standing('stale', 5, 1)]);
      await stalled.show([standing('stale', 5, 1)], 1);
      const second = await until(() => leaderboard.beginRebuild('ledger-1'));
      await expectReplaced(stalled);
      await expect(leaderboard.board()).rejects.toBeInstanceOf(LeaderboardNotReady);
      expect(second.resumed).toBeUndefined();
      await second.fill(ladder(2));
      await second.finish(2);
      expect(await names(leaderboard)).toEqual(['u1', 'u2']);
    });
  });

  describe('a rebuild that was interrupted', () => {
    const page = (from: number, to: number) => ladder(to).slice(from);
    beforeEach(async () => {
      leaderboard = await make({ leaseMs: 20 });
    });

    it('is resumed after its last page, with the live puts of the meantime, and its former holder is refused', async () => {
      const interrupted = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(interrupted.resumed).toBeUndefined();
      await interrupted.fill(page(0, 3), 9);
      await interrupted.fill(page(3, 6), 9);
      await leaderboard.put([standing('u1', 1, 10)], { from: 9, to: 10 });

      const second = await until(() => leaderboard.beginRebuild('ledger-1'));
      expect(second.resumed).toEqual({ after: 'u6', filled: 6, upTo: 9 });
      await leaderboard.put([standing('u2', 2, 12)], { from: 11, to: 12 });
      await expectReplaced(interrupted);
      await second.fill(page(6, 7), 9);

      const third = await until(() => leaderboard.beginRebuild('ledger-1'));
      expect(third.resumed).toEqual({ after: 'u7', filled: 7, upTo: 9 });
      await third.finish(9);
      expect(await names(leaderboard)).toEqual(['u3', 'u4', 'u5', 'u6', 'u7', 'u2', 'u1']);
      // Nothing is known of event 11, so the watermark stays before it.
      expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 10 });
    });

    it('is replaced if it is of another ledger, and starts again if it had finished', async () => {
      await (await leaderboard.beginRebuild('ledger-1'))!.fill(page(0, 3), 9);
      const other = await until(() => leaderboard.beginRebuild('ledger-2'));
      expect(other.resumed).toBeUndefined();
      await other.fill(page(3, 6), 9);
      await other.finish(9);
      expect(await names(leaderboard)).toEqual(['u4', 'u5', 'u6']);
      expect((await leaderboard.beginRebuild('ledger-2'))!.resumed).toBeUndefined();
    });

    it('keeps the mark of the last page if a page without users follows, and ids of any characters', async () => {
      const interrupted = (await leaderboard.beginRebuild('ledger-1'))!;
      await interrupted.fill([standing('a:b@c|d+e-f', 5, 1)], 9);
      await interrupted.fill([], 9);
      const second = await until(() => leaderboard.beginRebuild('ledger-1'));
      expect(second.resumed).toEqual({ after: 'a:b@c|d+e-f', filled: 1, upTo: 9 });
    });
  });

  describe('a user who is replaced', () => {
    it('has the same rank under the other id, and is unknown under the old one', async () => {
      await makeReady(leaderboard, ladder(12));
      const before = (await leaderboard.board()).revision;
      const board = await leaderboard.replace('u2', standing('other', 9_999, 2));
      expect(board?.revision).toBe(before + 1);
      expect(board?.entries.slice(0, 3).map((entry) => entry.userId)).toEqual(['u1', 'other', 'u3']);
      expect(await leaderboard.board()).toEqual(board);
      expect(await leaderboard.places(['u2', 'other'])).toEqual([undefined, { userId: 'other', score: 9_999, rank: 2, version: 2 }]);
      expect(await names(leaderboard)).toHaveLength(12);
      expect(await leaderboard.replace('u12')).toBeUndefined();
      expect(await leaderboard.replace('nobody')).toBeUndefined();
      expect(await names(leaderboard)).toHaveLength(11);
    });

    it('is replaced in the ranking of a rebuild too, which is resumed after its last page', async () => {
      await makeReady(leaderboard, ladder(6));
      const interrupted = (await leaderboard.beginRebuild('ledger-1'))!;
      await interrupted.fill(ladder(3), 6);
      await leaderboard.replace('u2', standing('other', 9_999, 2));
      await leaderboard.put([standing('u6', 1, 7)], { from: 6, to: 7 });
      await expectReplaced(interrupted);
      const resumed = await until(() => leaderboard.beginRebuild('ledger-1'));
      expect(resumed.resumed).toEqual({ after: 'u3', filled: 3, upTo: 6 });
      await resumed.fill(ladder(6).slice(3), 6);
      await resumed.finish(6);
      expect(await names(leaderboard)).toEqual(['u1', 'other', 'u3', 'u4', 'u5', 'u6']);
    });

    it('is replaced on the board of the first rebuild', async () => {
      expect(await leaderboard.replace('u2', standing('other', 9_999, 2))).toBeUndefined();
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.show(ladder(MAX_TOP), 100);
      const board = await leaderboard.replace('u2', standing('other', 9_999, 2));
      expect(board?.entries.slice(0, 3).map((entry) => entry.userId)).toEqual(['u1', 'other', 'u3']);
    });
  });

  describe('the board of a rebuild', () => {
    const best = ladder(MAX_TOP);

    it('is shown before the first rebuild has finished, follows live puts, and is the only read', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(await leaderboard.put([standing('new', 1, 101)], { from: 100, to: 101 })).toBeUndefined();
      await expect(leaderboard.board()).rejects.toBeInstanceOf(LeaderboardNotReady);
      const shown = await rebuild.show(best, 100);
      expect(shown).toEqual({ revision: 100, entries: best.slice(0, 10).map(({ userId, score }, i) => ({ rank: i + 1, userId, score })) });
      expect(await leaderboard.board()).toEqual(shown);
      expect(await rebuild.show(best, 100)).toBeUndefined();

      const changed = await leaderboard.put([standing('u1', 1, 102), standing('new', 20_000, 103)], { from: 101, to: 103 });
      expect(changed?.revision).toBe(103);
      expect(changed?.entries.map((entry) => entry.userId)).toEqual(['new', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9', 'u10']);
      await rebuild.fill(ladder(300), 100);
      expect(await leaderboard.board()).toEqual(changed);
      await expect(leaderboard.top(10)).rejects.toBeInstanceOf(LeaderboardNotReady);
      expect(await leaderboard.position()).toBeUndefined();
      expect(await rebuild.finish(100)).toEqual(changed);
    });

    it('is corrected by the pages if most of the best users have lost their points meanwhile', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      await rebuild.show(ladder(12), 100);
      await leaderboard.put(ladder(11).map((old) => ({ ...old, score: 0, version: 101 })), { from: 100, to: 101 });
      expect((await leaderboard.board()).entries.map((entry) => entry.userId)).toEqual(['u12']);
      await rebuild.fill(ladder(14), 100);
      const corrected = await leaderboard.board();
      expect(corrected.entries.map((entry) => entry.userId)).toEqual(['u12', 'u13', 'u14']);
      expect(corrected.revision).toBe(102);
    });

    it('stays while the rebuild is interrupted and resumed', async () => {
      leaderboard = await make({ leaseMs: 20 });
      const interrupted = (await leaderboard.beginRebuild('ledger-1'))!;
      const shown = await interrupted.show(best, 100);
      await interrupted.fill(best, 100);
      await until(() => leaderboard.beginRebuild('ledger-1'));
      expect(await leaderboard.board()).toEqual(shown);
      expect((await leaderboard.put([standing('new', 20_000, 101)], { from: 100, to: 101 }))?.entries[0]?.userId).toBe('new');
    });

    it('is not shown while there is a ranking', async () => {
      const current = await makeReady(leaderboard, [standing('ann', 5, 1)]);
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(await rebuild.show(best, 100)).toBeUndefined();
      expect(await leaderboard.board()).toEqual(current);
      expect(await leaderboard.put([standing('bob', 4, 2)], { from: 1, to: 2 })).toMatchObject({ entries: [{ userId: 'ann' }, { userId: 'bob' }] });
    });
  });
}

async function expectReplaced(rebuild: LeaderboardRebuild): Promise<void> {
  await expect(rebuild.fill(ladder(1), 1)).rejects.toThrow('another rebuild');
  if (rebuild.expect) await expect(rebuild.expect(1)).rejects.toThrow('another rebuild');
  await expect(rebuild.show(ladder(1), 1)).rejects.toThrow('another rebuild');
  await expect(rebuild.finish(1)).rejects.toThrow('another rebuild');
}

/** Polls until there is an answer, for at most a minute. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('no answer within a minute');
  }
}
