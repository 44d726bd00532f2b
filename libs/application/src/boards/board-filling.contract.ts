import type { BoardDefinition, BoardPeriod, ScoreCommand, Standing } from '@scoreboard/domain';
import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { newCommandId } from '../scores/command-id';
import type { FilledPart } from './board-store';
import { type BoardParts, yesterdayNoon } from './board-store.contract';
import { periodAfter, periodAt } from './periods';

const HOUR = 3_600_000;
const always: BoardDefinition = { id: 'always', reset: 'daily', timezone: 'UTC', keep: 2 };
const added: BoardDefinition = { ...always, id: 'added' };
const quiz: BoardDefinition = { ...always, id: 'quiz', actions: ['quiz-*'] };
const why = { reason: 'a test', by: 'mod' };

/** The contract of filling a board that is added later, of every `BoardStore` with its ledger. `make` returns empty ones. */
export function boardFillingContract(make: () => Promise<BoardParts>): void {
  let parts: BoardParts;
  /** Noon yesterday: before the ledger's clock. Its day is the period that lacks updates. */
  let noon: number;

  const command = (userId: string, scoreIncrement: number, acceptedAt = noon, action?: string): ScoreCommand => ({ commandId: newCommandId(), userId, scoreIncrement, acceptedAt, action });
  const define = async (...boards: readonly BoardDefinition[]) => {
    await parts.store.define(boards);
    for (const board of boards) for (const period of [periodAt(board, noon)!, periodAfter(board, periodAt(board, noon)!)!]) await parts.store.open(board, period);
  };
  const periodOf = async (board: BoardDefinition): Promise<BoardPeriod> => {
    const { boards } = await parts.store.read(noon);
    return boards.find(({ definition }) => definition.id === board.id)!.periods.find(({ start }) => start <= noon)!;
  };
  const standingsOf = async (board: BoardDefinition) => {
    const standings = await parts.ledger.ofPeriod((await periodOf(board)).key).standings(undefined, 1_000);
    return standings.map(({ version: _version, ...standing }: Standing) => standing);
  };
  const scoresOf = async (board: BoardDefinition) => Object.fromEntries((await standingsOf(board)).map(({ userId, score }) => [userId, score]));
  const fillAll = async (board: BoardDefinition, limit = 3) => {
    const done: FilledPart[] = [];
    for (let part = await parts.store.fill(await periodOf(board), limit); part; part = await parts.store.fill(await periodOf(board), limit)) done.push(part);
    return done;
  };

  beforeEach(async () => {
    noon = yesterdayNoon();
    parts = await make();
    await define(always);
  });

  it('says from when a board counts that was added later, until it is filled', async () => {
    const { store, ledger } = parts;
    const before = Date.now();
    await ledger.apply([command('ann', 5), command('bob', 3)]);
    await define(always, added);
    const { countsFrom } = await periodOf(added);
    expect(countsFrom).toBeGreaterThanOrEqual(before - 1);
    expect(countsFrom).toBeLessThanOrEqual(Date.now());
    expect((await periodOf(always)).countsFrom).toBeUndefined();
    expect([await store.countUnfilled(await periodOf(added)), await store.countUnfilled(await periodOf(always))]).toEqual([2, 0]);
    expect(await scoresOf(added)).toEqual({});
    const [part, ...others] = await fillAll(added, 100);
    expect(others).toEqual([]);
    expect(part).toMatchObject({ looked: 2, counted: 2, isWhole: true, standings: [] });
    expect([...part!.periods!.values()].flat().map(({ userId, score }) => [userId, score]).sort()).toEqual([['ann', 5], ['bob', 3]]);
    expect((await periodOf(added)).countsFrom).toBeUndefined();
    expect(await store.fill(await periodOf(added), 100)).toBeUndefined();
    expect(await standingsOf(added)).toEqual(await standingsOf(always));
  });

  it('goes back only as far as the period may reach, and counts what belongs in it', async () => {
    const { ledger, store } = parts;
    await ledger.apply([command('ann', 100, noon - 24 * HOUR, 'quiz-1'), command('ann', 1, noon, 'quiz-1'), command('ann', 10, noon, 'play'), command('bob', 7, noon + 12 * HOUR, 'quiz-2')]);
    await define(always, quiz);
    expect(await store.countUnfilled(await periodOf(quiz))).toBe(4);
    const done = await fillAll(quiz, 2);
    expect(done.map(({ looked, counted }) => [looked, counted])).toEqual([[2, 0], [2, 1]]);
    expect(await scoresOf(quiz)).toEqual({ ann: 1 });
    const later: BoardDefinition = { ...always, id: 'later', timezone: 'UTC' };
    await store.define([always, quiz, later]);
    const tomorrow = periodAt(later, Date.now() + 24 * HOUR)!;
    await store.open(later, tomorrow); // nothing in the history was applied after its start
    const { boards } = await store.read(noon);
    const [opened] = boards.find(({ definition }) => definition.id === 'later')!.periods;
    expect([opened!.countsFrom, await store.countUnfilled(opened!), await store.fill(opened!, 10)]).toEqual([undefined, 0, undefined]);
  });

  it('takes back what is reversed before, between and after its steps, once, and hides whom a moderator hides', async () => {
    const { ledger, adjustments, store } = parts;
    const [first, second, third] = [command('ann', 1), command('ann', 10), command('ann', 100)];
    await ledger.apply([first, second, third, command('bob', 5), command('cyd', 6)]);
    await adjustments.setHidden('bob', true, why);
    await define(always, added);
    await adjustments.reverse([first.commandId]);
    await store.fill(await periodOf(added), 4); // the hiding, cyd, bob and the third
    expect(await scoresOf(added)).toEqual({ ann: 100, bob: 5, cyd: 6 });
    await adjustments.reverse([third.commandId]);
    await adjustments.setHidden('cyd', true, why);
    expect(await scoresOf(added)).toEqual({ ann: 0, bob: 5, cyd: 6 });
    await fillAll(added, 1);
    expect(await standingsOf(added)).toEqual(await standingsOf(always));
    await adjustments.reverse([second.commandId]);
    expect(await standingsOf(added)).toEqual(await standingsOf(always));
    expect(await scoresOf(added)).toEqual({ ann: 0, bob: 5, cyd: 6 });
    await parts.rename('cyd', 'forgotten-1');
    expect(await scoresOf(added)).toEqual({ ann: 0, bob: 5, 'forgotten-1': 6 });
  });

  it('does not fill a closed period, which stays as it was shown', async () => {
    const { ledger, store } = parts;
    await ledger.apply([command('ann', 5)]);
    await define(always, added);
    await store.close(await periodOf(added));
    expect([await store.countUnfilled(await periodOf(added)), await store.fill(await periodOf(added), 10)]).toEqual([0, undefined]);
    expect((await periodOf(added)).countsFrom).toEqual(expect.any(Number));
  });

  it('gives totals a version that is higher than before, and a number that no event has', async () => {
    const { ledger } = parts;
    await ledger.apply([command('ann', 5)]);
    await define(always, added);
    const { range } = await ledger.apply([command('ann', 2)]);
    const [part] = await fillAll(added);
    expect(part!.range).toEqual({ from: range.to, to: range.to + 1 });
    expect([...part!.periods!.values()]).toEqual([[expect.objectContaining({ userId: 'ann', score: 7, reachedAt: range.to, version: range.to + 1 })]]);
    expect((await ledger.apply([command('ann', 1)])).range).toEqual({ from: range.to + 1, to: range.to + 2 });
  });

  it('counts like a plain sum, and ranks like a board that was always there, while updates, reversals and hidings go on and several fill', async () => {
    const { ledger, adjustments, store } = parts;
    const random = randomFrom(67);
    const sums: Record<string, number> = {};
    const accepted: ScoreCommand[] = [];
    const play = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        const batch = Array.from({ length: 20 }, () => command(`user-${Math.floor(random() * 12)}`, 1 + Math.floor(random() * 9), noon + (random() < 0.1 ? 24 * HOUR : 0)));
        await ledger.apply(batch);
        accepted.push(...batch);
        const taken = [accepted[Math.floor(random() * accepted.length)]!, batch[0]!];
        await adjustments.reverse(taken.map(({ commandId }) => commandId));
        for (const one of taken) reversed.add(one);
        await adjustments.setHidden('user-7', random() < 0.5, why);
      }
    };
    const reversed = new Set<ScoreCommand>();
    await play(8);
    await define(always, added);
    const period = await periodOf(added);
    let counted = 0;
    const filler = async () => {
      for (let part = await store.fill(period, 7); part; part = await store.fill(period, 7)) counted += part.counted;
    };
    await Promise.all([play(8), filler(), filler()]);
    for (const one of accepted) if (one.acceptedAt! === noon) sums[one.userId] = (sums[one.userId] ?? 0) + (reversed.has(one) ? 0 : one.scoreIncrement);
    expect(await scoresOf(added)).toEqual(sums);
    expect(await standingsOf(added)).toEqual(await standingsOf(always));
    expect(counted).toBe(accepted.slice(0, 160).filter(({ acceptedAt }) => acceptedAt === noon).length);
  });
}
