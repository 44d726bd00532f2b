import { createHash, randomUUID } from 'node:crypto';
import type { LedgerAdjustments } from './ledger-adjustments';
import { MAX_TOTAL, type ScoreCommand } from './score';
import type { ScoreLedger } from './score-ledger';

const command = (userId: string, scoreIncrement: number, more: Partial<ScoreCommand> = {}): ScoreCommand => ({
  commandId: randomUUID(),
  userId,
  scoreIncrement,
  ...more,
});
/** Version 4, because accepted commands have version 7 or 8. */
const OWN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const why = { reason: 'a test', by: 'mod' };
const idsOf = (commands: readonly ScoreCommand[]): string[] => commands.map(({ commandId }) => commandId);

/** The contract of every `LedgerAdjustments`. `make` returns it with its empty ledger. */
export function ledgerAdjustmentsContract(make: () => Promise<{ readonly ledger: ScoreLedger; readonly adjustments: LedgerAdjustments }>): void {
  let ledger: ScoreLedger;
  let adjustments: LedgerAdjustments;
  beforeEach(async () => {
    ({ ledger, adjustments } = await make());
  });

  const expectSound = async (userId: string, score: number) => {
    const items = await ledger.history(userId, 10_000);
    expect(items.reduce((sum, item) => sum + item.scoreIncrement, 0)).toBe(score);
    expect((await ledger.standing(userId))?.score).toBe(score);
    expect(items[0]?.scoreAfter ?? 0).toBe(score);
  };

  it('reverses commands with events of negative points and new ids, and deletes nothing', async () => {
    const [first, second, other] = [command('ann', 5, { action: 'quiz' }), command('ann', 7), command('bob', 3)];
    const { range } = await ledger.apply([first, second, other]);
    const reversal = await adjustments.reverse([first.commandId]);

    expect(reversal).toEqual({
      range: { from: range.to, to: range.to + 1 },
      standings: [{ userId: 'ann', score: 7, reachedAt: range.to + 1, version: range.to + 1, hidden: false }],
      known: 1,
      reversed: 1,
      points: 5,
    });
    const [item, ...before] = await ledger.history('ann', 10);
    expect(item).toMatchObject({ scoreIncrement: -5, scoreAfter: 7, action: 'quiz', reverses: first.commandId });
    expect(item!.commandId).toMatch(OWN_ID);
    expect(before.map(({ commandId, reverses }) => [commandId, reverses])).toEqual([[second.commandId, undefined], [first.commandId, undefined]]);
    expect(await ledger.head()).toMatchObject({ lastSeq: range.to + 1 });
    await expectSound('ann', 7);
    await expectSound('bob', 3);
  });

  it('keeps the outcome of a reversed command, and returns an outcome for the reversal', async () => {
    const once = command('ann', 5);
    await ledger.apply([once]);
    await adjustments.reverse([once.commandId]);
    const [item] = await ledger.history('ann', 1);
    expect(await ledger.outcomes([once.commandId])).toEqual([expect.objectContaining({ ...once, status: 'applied', scoreAfter: 5 })]);
    expect(await ledger.outcomes([item!.commandId])).toEqual([expect.objectContaining({ status: 'applied', scoreIncrement: -5, scoreAfter: 0 })]);
  });

  it('reverses each command once, within a call and across calls, and always returns its standing', async () => {
    const once = command('ann', 5);
    await ledger.apply([once, command('ann', 1)]);
    expect(await adjustments.reverse([once.commandId, once.commandId])).toMatchObject({ known: 1, reversed: 1, points: 5 });
    const again = await adjustments.reverse([once.commandId]);
    expect(again).toMatchObject({ known: 1, reversed: 0, points: 0, standings: [{ userId: 'ann', score: 1 }] });
    expect(again.range.from).toBe(again.range.to);
    await expectSound('ann', 1);
  });

  it('reverses a command whatever ids other commands have', async () => {
    const victim = command('ann', 5);
    // If reversal ids were computed like this, a command with such an id could never be reversed.
    const hash = createHash('sha256').update(`reversal ${victim.commandId}`).digest('hex');
    const computed = `${victim.commandId.slice(0, 13)}-8${hash.slice(0, 3)}-a${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
    await ledger.apply([command('ann', 1, { commandId: computed }), victim]);
    expect(await adjustments.countReversal({ commandId: victim.commandId })).toEqual({ known: 1, reversed: 1, points: 5 });
    expect(await adjustments.reverse([victim.commandId])).toMatchObject({ known: 1, reversed: 1, points: 5 });
    await expectSound('ann', 1);
    expect(await adjustments.reverse([computed])).toMatchObject({ known: 1, reversed: 1, points: 1 });
    await expectSound('ann', 0);
  });

  it('gives each of its own events a unique id that no command can have', async () => {
    const commands = Array.from({ length: 20 }, () => command('ann', 1));
    await ledger.apply(commands);
    await adjustments.reverse(idsOf(commands));
    const reversals = (await ledger.history('ann', 20)).map(({ commandId }) => commandId);
    expect(new Set(reversals).size).toBe(20);
    for (const id of reversals) expect(id).toMatch(OWN_ID);
  });

  it('does not apply a reversed command again', async () => {
    const once = command('ann', 5);
    await ledger.apply([once]);
    await adjustments.reverse([once.commandId]);
    expect(await ledger.apply([once])).toMatchObject({ applied: 0, conflicts: [], standings: [{ userId: 'ann', score: 0 }] });
    await expectSound('ann', 0);
  });

  it('does not reverse unknown commands, rejected commands or reversals', async () => {
    const [applied, rejected] = [command('ann', 5), command('ann', 1)];
    await ledger.apply([applied]);
    await ledger.reject([{ command: rejected, reason: 'unprocessable' }]);
    await adjustments.reverse([applied.commandId]);
    const [reversal] = await ledger.history('ann', 1);
    const { lastSeq } = await ledger.head();
    for (const id of [randomUUID(), rejected.commandId, reversal!.commandId]) {
      expect(await adjustments.reverse([id])).toMatchObject({ known: 0, reversed: 0, points: 0 });
    }
    expect(await ledger.head()).toMatchObject({ lastSeq });
    await expectSound('ann', 0);
  });

  it('reverses many commands of many users in ledger order', async () => {
    const commands = Array.from({ length: 900 }, (_, i) => command(`user-${i % 3}`, i + 1));
    await ledger.apply(commands);
    const { reversed, points, standings, range } = await adjustments.reverse(idsOf(commands.slice(300)));
    expect({ reversed, points }).toEqual({ reversed: 600, points: ((301 + 900) * 600) / 2 });
    expect(standings).toHaveLength(3);
    for (const userId of ['user-0', 'user-1', 'user-2']) {
      const kept = commands.slice(0, 300).filter((one) => one.userId === userId);
      await expectSound(userId, kept.reduce((sum, one) => sum + one.scoreIncrement, 0));
    }
    const [last] = await ledger.history('user-2', 1);
    expect(last).toMatchObject({ seq: range.to, reverses: commands[899]!.commandId });
  });

  it('reverses the largest total to zero, and removes the user from the board', async () => {
    const all = command('ann', MAX_TOTAL);
    await ledger.apply([all, command('bob', 1)]);
    expect(await adjustments.reverse([all.commandId])).toMatchObject({ points: MAX_TOTAL, standings: [{ score: 0 }] });
    expect(await ledger.top(10)).toEqual([{ rank: 1, userId: 'bob', score: 1 }]);
    await ledger.apply([command('ann', MAX_TOTAL)]);
    await expectSound('ann', MAX_TOTAL);
  });

  it('ranks a user behind others who already had the new score', async () => {
    const tooMuch = command('ann', 4);
    await ledger.apply([command('ann', 5), command('bob', 5), tooMuch]);
    await adjustments.reverse([tooMuch.commandId]);
    expect((await ledger.top(10)).map(({ userId }) => userId)).toEqual(['bob', 'ann']);
  });

  it('lists only the commands the user earned, newest first, in pages, without reversals and other users', async () => {
    const commands = Array.from({ length: 7 }, () => command('ann', 1));
    await ledger.apply([...commands, command('bob', 1)]);
    await adjustments.reverse([commands[0]!.commandId]);
    await adjustments.setHidden('ann', true, why);
    const seen: string[] = [];
    let page = await adjustments.earned({ userId: 'ann' }, 3);
    while (page.length) {
      seen.push(...page.map(({ commandId }) => commandId));
      page = await adjustments.earned({ userId: 'ann' }, 3, page.at(-1)!.seq);
    }
    expect(seen).toEqual(idsOf(commands).reverse());
  });

  it('lists commands by action and time range', async () => {
    const quiz = command('ann', 1, { action: 'quiz' });
    await ledger.apply([quiz]);
    const newest = async () => (await ledger.history('ann', 1))[0]!.at;
    const begun = await newest();
    while ((await newest()).getTime() === begun.getTime()) await ledger.apply([command('ann', 1)]);
    const items = await ledger.history('ann', 10_000);
    const boundary = items[0]!.at;
    const listed = async (window: object) => (await adjustments.earned({ userId: 'ann', ...window }, 10_000)).map(({ commandId }) => commandId);
    const expected = (isIn: (at: Date) => boolean) => items.filter(({ at }) => isIn(at)).map(({ commandId }) => commandId);

    expect(await listed({ from: boundary })).toEqual(expected((at) => at >= boundary));
    expect(await listed({ to: boundary })).toEqual(expected((at) => at < boundary));
    expect(await listed({ from: begun, to: boundary, action: 'quiz' })).toEqual([quiz.commandId]);
    expect(await listed({ from: boundary, action: 'quiz' })).toEqual([]);
  });

  it('hides a user, who keeps score, history and position and can still earn points, and shows the user again', async () => {
    const { range } = await ledger.apply([command('ann', 5), command('bob', 3)]);
    const hiding = await adjustments.setHidden('ann', true, why);
    expect(hiding).toEqual({
      range: { from: range.to, to: range.to + 1 },
      standings: [{ userId: 'ann', score: 5, reachedAt: range.from + 1, version: range.to + 1, hidden: true }],
    });
    expect(await ledger.top(10)).toEqual([{ rank: 1, userId: 'bob', score: 3 }]);
    expect(await ledger.around('ann', 5)).toEqual([]);

    const earning = await ledger.apply([command('ann', 2)]);
    expect(earning.standings).toEqual([expect.objectContaining({ score: 7, hidden: true })]);
    expect(await ledger.standings(undefined, 1)).toEqual([expect.objectContaining({ userId: 'ann', score: 7, hidden: true })]);
    await expectSound('ann', 7);
    expect(await ledger.history('ann', 10)).toHaveLength(2);

    await adjustments.setHidden('ann', false, why);
    expect((await ledger.top(10)).map(({ userId }) => userId)).toEqual(['ann', 'bob']);
  });

  it('changes nothing for a user who is already hidden or was never hidden, and returns the standing', async () => {
    await ledger.apply([command('ann', 5)]);
    await adjustments.setHidden('ann', true, why);
    const { lastSeq } = await ledger.head();
    expect(await adjustments.setHidden('ann', true, why)).toMatchObject({ range: { from: lastSeq, to: lastSeq }, standings: [{ userId: 'ann', hidden: true }] });
    expect(await adjustments.setHidden('stranger', false, why)).toEqual({ range: { from: lastSeq, to: lastSeq }, standings: [] });
    expect(await ledger.head()).toMatchObject({ lastSeq });
  });

  it('hides a user before the first point, and after all points were reversed', async () => {
    await adjustments.setHidden('new', true, why);
    await expectSound('new', 0);
    const only = command('new', 5);
    await ledger.apply([only]);
    expect(await ledger.top(10)).toEqual([]);
    expect(await adjustments.reverse([only.commandId])).toMatchObject({ standings: [{ score: 0, hidden: true }] });
    await expectSound('new', 0);
  });

  it('counts what a reversal would change, without earlier reversals, and changes nothing', async () => {
    const [quiz, race, before] = [command('ann', 5, { action: 'quiz' }), command('ann', 7), command('ann', 2, { action: 'quiz' })];
    await ledger.apply([quiz, race, before, command('bob', 3)]);
    await adjustments.reverse([before.commandId]);
    await adjustments.setHidden('ann', true, why);
    const { lastSeq } = await ledger.head();

    expect(await adjustments.countReversal({ userId: 'ann' })).toEqual({ known: 3, reversed: 2, points: 12 });
    expect(await adjustments.countReversal({ userId: 'ann', action: 'quiz' })).toEqual({ known: 2, reversed: 1, points: 5 });
    expect(await adjustments.countReversal({ userId: 'ann', from: new Date(Date.now() + 60_000) })).toEqual({ known: 0, reversed: 0, points: 0 });
    expect(await adjustments.countReversal({ userId: 'ann', to: new Date(Date.now() + 60_000) })).toMatchObject({ reversed: 2 });
    expect(await adjustments.countReversal({ commandId: race.commandId })).toEqual({ known: 1, reversed: 1, points: 7 });
    expect(await adjustments.countReversal({ commandId: before.commandId })).toEqual({ known: 1, reversed: 0, points: 0 });
    expect(await adjustments.countReversal({ commandId: randomUUID() })).toEqual({ known: 0, reversed: 0, points: 0 });
    const reversal = (await ledger.history('ann', 10)).find(({ reverses }) => reverses);
    expect(await adjustments.countReversal({ commandId: reversal!.commandId })).toMatchObject({ known: 0 });
    expect(await ledger.head()).toMatchObject({ lastSeq });
    await expectSound('ann', 12);
  });

  it('lists currently hidden users, most recently hidden first, in pages, with reason and moderator', async () => {
    const began = Date.now();
    for (const user of ['ann', 'bob', 'cyd']) await adjustments.setHidden(user, true, { reason: `${user} cheated`, by: 'mod' });
    await adjustments.setHidden('bob', false, why);
    const [cyd, ...others] = await adjustments.hiddenUsers(1);
    expect(others).toEqual([]);
    expect(cyd).toEqual({ userId: 'cyd', reason: 'cyd cheated', by: 'mod', since: expect.any(Date), seq: expect.any(Number) });
    expect(Math.abs(cyd!.since.getTime() - began)).toBeLessThan(60_000);
    expect((await adjustments.hiddenUsers(10, cyd!.seq)).map(({ userId }) => userId)).toEqual(['ann']);
    await adjustments.setHidden('bob', true, { reason: 'again', by: 'other' });
    expect((await adjustments.hiddenUsers(10)).map(({ userId, reason, by }) => [userId, reason, by])).toEqual([
      ['bob', 'again', 'other'],
      ['cyd', 'cyd cheated', 'mod'],
      ['ann', 'ann cheated', 'mod'],
    ]);
  });

  it('replaces only reason and moderator of a user who is already hidden', async () => {
    await adjustments.setHidden('ann', true, why);
    const [before] = await adjustments.hiddenUsers(10);
    const { lastSeq } = await ledger.head();
    await adjustments.setHidden('ann', true, { reason: 'a better reason', by: 'boss' });
    expect(await adjustments.hiddenUsers(10)).toEqual([{ ...before, reason: 'a better reason', by: 'boss' }]);
    expect(await ledger.head()).toMatchObject({ lastSeq });
  });

  it('includes reversals and hidden users in the changes after a sequence', async () => {
    const one = command('ann', 5);
    const { range } = await ledger.apply([one, command('bob', 2)]);
    await adjustments.reverse([one.commandId]);
    await adjustments.setHidden('bob', true, why);
    const { standings, range: seen } = await ledger.changedSince(range.to, 10);
    expect(seen).toEqual({ from: range.to, to: range.to + 2 });
    expect([...standings].sort((a, b) => a.userId.localeCompare(b.userId))).toMatchObject([
      { userId: 'ann', score: 0, version: range.to + 1 },
      { userId: 'bob', score: 2, version: range.to + 2, hidden: true },
    ]);
  });

  it('serializes with concurrent updates: sequences are gapless and each total is the sum of its history', async () => {
    const { lastSeq } = await ledger.head();
    const users = ['ann', 'bob', 'cyd'];
    const batches = Array.from({ length: 30 }, () => Array.from({ length: 20 }, (_, i) => command(users[i % 3]!, i + 1)));
    const work = batches.map(async (batch, i) => {
      await ledger.apply(batch);
      await Promise.all([adjustments.reverse(idsOf(batch.slice(5))), adjustments.reverse(idsOf(batch.slice(10))), adjustments.setHidden('cyd', i % 2 === 0, why)]);
    });
    await Promise.all(work);

    const kept = batches.flatMap((batch) => batch.slice(0, 5));
    for (const user of users) await expectSound(user, kept.filter(({ userId }) => userId === user).reduce((sum, one) => sum + one.scoreIncrement, 0));
    const { range } = await ledger.changedSince(lastSeq, 10_000);
    expect(range.to).toBe((await ledger.head()).lastSeq);
    const events = (await Promise.all(users.map((user) => ledger.history(user, 10_000)))).flat();
    expect(events).toHaveLength(30 * 35);
    expect(new Set(events.map(({ seq }) => seq)).size).toBe(events.length);
  });
}
