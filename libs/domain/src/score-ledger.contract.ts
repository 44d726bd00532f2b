import { randomUUID } from 'node:crypto';
import { MAX_TOTAL, type ScoreCommand } from './score';
import { type ScoreLedger, UnprocessableBatch } from './score-ledger';
import type { RankedScore } from './standing';

const command = (userId: string, scoreIncrement: number, more: Partial<ScoreCommand> = {}): ScoreCommand => ({
  commandId: randomUUID(),
  userId,
  scoreIncrement,
  ...more,
});

/** The contract of every `ScoreLedger`. `make` returns an empty ledger. */
export function scoreLedgerContract(make: () => Promise<ScoreLedger>): void {
  let ledger: ScoreLedger;
  beforeEach(async () => {
    ledger = await make();
  });

  it('starts above any sequence that an earlier ledger could have reached', async () => {
    const { lastSeq } = await ledger.head();
    expect(lastSeq).toBeGreaterThan((Date.now() / 1000 - 600) * 2 ** 20);
    expect(Number.isSafeInteger(lastSeq * 2)).toBe(true);
  });

  it('adds up the points of each user and numbers the events in batch order', async () => {
    const { lastSeq } = await ledger.head();
    const applied = await ledger.apply([command('ann', 5), command('bob', 7), command('ann', 2)]);

    expect(applied).toMatchObject({ applied: 3, range: { from: lastSeq, to: lastSeq + 3 }, conflicts: [] });
    expect([...applied.standings].sort((a, b) => a.userId.localeCompare(b.userId))).toEqual([
      { userId: 'ann', score: 7, reachedAt: lastSeq + 3, version: lastSeq + 3, hidden: false },
      { userId: 'bob', score: 7, reachedAt: lastSeq + 2, version: lastSeq + 2, hidden: false },
    ]);
    expect(await ledger.head()).toMatchObject({ lastSeq: lastSeq + 3 });
    expect(await ledger.top(10)).toEqual([
      { rank: 1, userId: 'bob', score: 7 },
      { rank: 2, userId: 'ann', score: 7 },
    ]);
  });

  it('applies a command once, within a batch and across batches, and always returns its standing', async () => {
    const once = command('ann', 5);
    await ledger.apply([once, once]);
    const again = await ledger.apply([once]);

    expect(again).toMatchObject({ applied: 0, conflicts: [] });
    expect(again.range.from).toBe(again.range.to);
    expect(again.standings).toEqual([expect.objectContaining({ userId: 'ann', score: 5 })]);
    expect(await ledger.history('ann', 10)).toHaveLength(1);
  });

  it('returns the indexes of commands whose id is known with other content, and applies the others', async () => {
    const first = command('ann', 5);
    await ledger.apply([first]);
    const applied = await ledger.apply([command('bob', 1), { ...first, scoreIncrement: 6 }, { ...first, userId: 'bob' }, first]);

    expect(applied.conflicts).toEqual([1, 2]);
    expect(applied.applied).toBe(1);
    expect((await ledger.standing('ann'))?.score).toBe(5);
    expect((await ledger.standing('bob'))?.score).toBe(1);
  });

  it('applies the first of two commands with the same id in one batch', async () => {
    const first = command('ann', 5);
    const applied = await ledger.apply([first, { ...first, scoreIncrement: 9 }]);
    expect(applied).toMatchObject({ applied: 1, conflicts: [1] });
    expect((await ledger.standing('ann'))?.score).toBe(5);
  });

  it('refuses a batch in which a total would exceed the limit, and applies nothing of it', async () => {
    await ledger.apply([command('ann', MAX_TOTAL - 1)]);
    const before = await ledger.head();
    await expect(ledger.apply([command('bob', 1), command('ann', 2)])).rejects.toMatchObject({
      name: UnprocessableBatch.name,
      reason: 'total-limit',
    });
    await expect(ledger.apply([command('ann', MAX_TOTAL), command('ann', MAX_TOTAL)])).rejects.toBeInstanceOf(UnprocessableBatch);
    expect(await ledger.head()).toEqual(before);
    expect(await ledger.standing('bob')).toBeUndefined();

    await ledger.apply([command('ann', 1)]);
    expect((await ledger.standing('ann'))?.score).toBe(MAX_TOTAL);
  });

  it('serializes concurrent writers: sequences are gapless and each total is the sum of its history', async () => {
    const { lastSeq } = await ledger.head();
    const users = ['ann', 'bob', 'cyd'];
    const batches = Array.from({ length: 40 }, () => Array.from({ length: 25 }, (_, i) => command(users[i % 3]!, i + 1)));
    const results = await Promise.all(batches.map((batch) => ledger.apply(batch)));

    const ranges = results.map((result) => result.range).sort((a, b) => a.from - b.from);
    expect(ranges.map((range) => range.from)).toEqual(ranges.map((_, i) => lastSeq + i * 25));
    for (const user of users) {
      const items = await ledger.history(user, 1_000);
      const sum = items.reduce((total, item) => total + item.scoreIncrement, 0);
      expect((await ledger.standing(user))?.score).toBe(sum);
      expect(items[0]?.scoreAfter).toBe(sum);
    }
  });

  it('returns the outcome of a command: applied with its total, rejected with its reason, or none', async () => {
    const [first, second, bad] = [command('ann', 5), command('ann', 6, { issuedBy: 'game-server', issuerDigest: 'c0ffee00'.repeat(4) }), command('bob', 1, { issuedBy: 'game-server', issuerDigest: 'c0ffee00'.repeat(4) })];
    await ledger.apply([first, second]);
    await ledger.reject([{ command: bad, reason: 'unprocessable' }]);
    await ledger.reject([{ command: bad, reason: 'total-limit' }]);

    const outcomes = await ledger.outcomes([first.commandId, second.commandId, bad.commandId, randomUUID()]);
    expect(outcomes).toHaveLength(3);
    expect(outcomes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...first, status: 'applied', scoreAfter: 5 }),
        expect.objectContaining({ ...second, status: 'applied', scoreAfter: 11 }),
        { ...bad, status: 'rejected', reason: 'unprocessable' },
      ]),
    );
  });

  it('applies a command with an invalid trace', async () => {
    const odd = ['req-1', '', '0190d5c6', 'z'.repeat(32)].map((id) => command('ann', 1, { trace: { id, spanId: 'x' } }));
    expect(await ledger.apply(odd)).toMatchObject({ applied: odd.length, conflicts: [] });
  });

  it('raises its sequence to the floor and never lowers it', async () => {
    const before = await ledger.head();
    const lifted = await ledger.raiseSequenceFloor();
    expect(lifted.ledgerId).toBe(before.ledgerId);
    expect(lifted.lastSeq).toBeGreaterThanOrEqual(before.lastSeq);
    expect(lifted.lastSeq).toBeGreaterThanOrEqual(Math.floor(Date.now() / 1000 - 600) * 2 ** 20);
    const applied = await ledger.apply([command('ann', 1)]);
    expect(applied.range.from).toBeGreaterThanOrEqual(lifted.lastSeq);
  });

  it('returns all standings in pages sorted by user id, byte for byte', async () => {
    const users = ['B', '_a', 'a', '-z', 'a.b', 'a:b@c|d+e-f', 'Z9', 'b'];
    await ledger.apply(users.map((user) => command(user, 1)));
    const seen: string[] = [];
    for (let page = await ledger.standings(undefined, 3); page.length; page = await ledger.standings(seen.at(-1), 3)) {
      seen.push(...page.map((standing) => standing.userId));
    }
    expect(seen).toEqual([...users].sort());
  });

  it('returns the standings of the best users, and counts all users', async () => {
    expect(await ledger.userCount()).toBe(0);
    const { standings } = await ledger.apply(['c', 'a', 'b'].map((user, i) => command(user, 10 + i)));
    expect(await ledger.best(2)).toEqual(['b', 'a'].map((user) => standings.find(({ userId }) => userId === user)));
    expect(await ledger.best(10)).toHaveLength(3);
    expect(await ledger.userCount()).toBe(3);
  });

  it('returns the changes after a sequence, in pages, up to the head', async () => {
    const { range } = await ledger.apply([command('ann', 1), command('bob', 2), command('ann', 3)]);
    const page = await ledger.changedSince(range.from, 2);
    expect(page.range).toEqual({ from: range.from, to: range.from + 2 });
    expect(page.standings.map((standing) => standing.userId).sort()).toEqual(['ann', 'bob']);
    expect(page.standings).toContainEqual(expect.objectContaining({ userId: 'ann', score: 4 }));

    const last = await ledger.changedSince(page.range.to, 2);
    expect(last).toEqual({ range: { from: range.from + 2, to: range.to }, standings: [expect.objectContaining({ userId: 'ann' })] });
    expect(await ledger.changedSince(range.to, 2)).toEqual({ range: { from: range.to, to: range.to }, standings: [] });
  });

  it('ranks a user among neighbors, also at the edges, and no user who never scored', async () => {
    await ledger.apply(['a', 'b', 'c', 'd', 'e'].map((user, i) => command(user, 50 - i * 10)));
    const ranks = async (user: string, radius: number) => (await ledger.around(user, radius)).map((entry) => `${entry.rank}${entry.userId}`);
    expect(await ranks('c', 1)).toEqual(['2b', '3c', '4d']);
    expect(await ranks('a', 2)).toEqual(['1a', '2b', '3c']);
    expect(await ranks('e', 50)).toEqual(['1a', '2b', '3c', '4d', '5e']);
    expect(await ranks('nobody', 5)).toEqual([]);
    const named = (entries: readonly RankedScore[]) => entries.map((entry) => `${entry.rank}${entry.userId}`);
    expect(named(await ledger.top(2, 4))).toEqual(['4d', '5e']);
    expect(named(await ledger.top(2, 6))).toEqual([]);
    expect(named(await ledger.ranked(['e', 'nobody', 'b', 'e']))).toEqual(['2b', '5e']);
    expect(await ledger.players()).toBe(5);
  });

  it('returns a history newest first, starting below a given sequence', async () => {
    await ledger.apply([command('ann', 1), command('ann', 2, { action: 'quiz' }), command('bob', 9), command('ann', 3)]);
    const newest = await ledger.history('ann', 2);
    expect(newest.map((item) => [item.scoreIncrement, item.scoreAfter, item.action])).toEqual([
      [3, 6, undefined],
      [2, 3, 'quiz'],
    ]);
    expect(newest[0]!.at).toBeInstanceOf(Date);
    const older = await ledger.history('ann', 2, newest[1]!.seq);
    expect(older.map((item) => item.scoreIncrement)).toEqual([1]);
  });
}
