import { type Leaderboard, LeaderboardNotReady } from './leaderboard';
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
      const reads = [leaderboard.board(), leaderboard.top(10), leaderboard.places(['ann']), leaderboard.around('ann', 1)];
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

    it('is refused while another one runs', async () => {
      const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
      expect(await leaderboard.beginRebuild('ledger-1')).toBeUndefined();
      await rebuild.fill(ladder(2));
      await rebuild.finish(2);
      expect(await leaderboard.beginRebuild('ledger-1')).toBeDefined();
    });

    it('that is silent for too long is replaced by a new one, and its next call throws', async () => {
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
}

/** Polls until there is an answer, for at most five seconds. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('no answer within 5 s');
  }
}
