import type { BoardDefinition, BoardPeriod, LedgerAdjustments, ScoreCommand, ScoreLedger, Standing } from '@scoreboard/domain';
import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { newCommandId } from '../scores/command-id';
import { BoardChanged, type BoardStore } from './board-store';
import { periodAfter, periodAt } from './periods';

/** A `BoardStore` with the ledger that counts for it. */
export interface BoardParts {
  readonly store: BoardStore;
  readonly ledger: ScoreLedger;
  readonly adjustments: LedgerAdjustments;
  /** `DATABASE_PERSONAL_DATA`. */
  rename(userId: string, pseudonym: string): Promise<unknown>;
}

const HOUR = 3_600_000;
const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 2 };
const quiz: BoardDefinition = { id: 'quiz', reset: 'monthly', timezone: 'UTC', actions: ['quiz', 'level_%-*'], keep: 2 };
const why = { reason: 'a test', by: 'mod' };
/** Before the ledger's clock, so that no time of that day is in its future. */
export const yesterdayNoon = (): number => Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR - 12 * HOUR;
const scoresOf = (standings: readonly Standing[] = []) => Object.fromEntries(standings.map(({ userId, score }) => [userId, score]));

/** The contract of every `BoardStore`, and of how its ledger counts in periods. `make` returns empty ones. */
export function boardStoreContract(make: () => Promise<BoardParts>): void {
  let parts: BoardParts;
  let store: BoardStore;
  let ledger: ScoreLedger;
  /** Noon yesterday: before the ledger's clock, so that no time is in its future. */
  let noon: number;

  const command = (userId: string, scoreIncrement: number, acceptedAt?: number, action?: string): ScoreCommand => ({ commandId: newCommandId(), userId, scoreIncrement, acceptedAt, action });
  const define = async (...boards: readonly BoardDefinition[]) => {
    await store.define(boards);
    for (const board of boards) {
      const period = periodAt(board, noon)!;
      for (const next of [period, periodAfter(board, period)]) if (next) await store.open(board, next);
    }
  };
  /** Newest first. */
  const periodsOf = async (board: string): Promise<readonly BoardPeriod[]> => {
    const { boards } = await store.read(noon);
    return boards.find(({ definition }) => definition.id === board)!.periods;
  };
  const totals = async ({ key }: BoardPeriod) => scoresOf(await ledger.ofPeriod(key).standings(undefined, 1_000));

  beforeEach(async () => {
    noon = yesterdayNoon();
    parts = await make();
    ({ store, ledger } = parts);
  });

  it('knows no boards at first', async () => expect(await store.read(noon)).toEqual({ boards: [], expired: [] }));

  it('returns boards and periods as they were defined and opened, newest first, however often that is repeated', async () => {
    const season: BoardDefinition = { id: 'spring', timezone: 'UTC', from: noon, to: noon + HOUR, keep: 12 };
    for (let i = 0; i < 2; i++) await define(day, season);
    const key = expect.any(Number) as number;
    const today = { ...periodAt(day, noon)!, board: 'day', key };
    expect(await store.read(noon)).toEqual({
      boards: [
        { definition: day, periods: [{ ...periodAfter(day, today)!, board: 'day', key }, today] },
        { definition: season, periods: [{ board: 'spring', id: 'spring', start: noon, end: noon + HOUR, key }] },
      ],
      expired: [],
    });
  });

  it('refuses another meaning of a board, and changes nothing then; how many periods it keeps may change', async () => {
    await define(day);
    for (const other of [{ reset: 'weekly' }, { timezone: 'Europe/Berlin' }, { actions: ['quiz'] }, { reset: undefined }] as const) {
      await expect(store.define([{ ...quiz }, { ...day, ...other }])).rejects.toThrow(new BoardChanged('day'));
    }
    expect((await store.read(noon)).boards.map(({ definition }) => definition)).toEqual([day]);
    await store.define([{ ...day, keep: 7 }]);
    expect((await store.read(noon)).boards[0]!.definition).toEqual({ ...day, keep: 7 });
  });

  it('closes the periods of a board that is left out, and counts again from its next new period', async () => {
    await define(day);
    await store.define([]);
    expect(await store.read(noon)).toMatchObject({ boards: [] });
    await ledger.apply([command('ann', 5, noon)]);
    await define(day);
    const [, today] = await periodsOf('day');
    expect(await totals(today!)).toEqual({});
    expect(today!.closedAt).toEqual(expect.any(Number));
  });

  it('counts each command in the periods of its acceptance and its action, in one batch or in many, and once', async () => {
    await define(day, quiz);
    const midnight = noon + 12 * HOUR;
    const commands = [
      command('ann', 1, midnight - 1, 'quiz'),
      command('ann', 10, midnight),
      command('bob', 100, noon, 'level_%-9'),
      command('bob', 1_000, noon, 'levelx%-9'),
      command('bob', 10_000, noon, 'quizzes'),
      command('cyd', 7), // applied now
      command('dan', 8, Date.now() + 24 * HOUR), // a clock that is ahead
      command('eve', 9, 0), // long ago
    ];
    const change = await ledger.apply(commands);
    await ledger.apply(commands);
    const [tomorrow, today] = await periodsOf('day');
    const [, month] = (await periodsOf('quiz')).length > 1 ? await periodsOf('quiz') : [];
    expect(await totals(today!)).toEqual({ ann: 1, bob: 11_100 });
    expect(await totals(tomorrow!)).toEqual({ ann: 10, cyd: 7, dan: 8 });
    expect(await totals(month!)).toEqual({ ann: 1, bob: 100 });
    expect(scoresOf(change.periods!.get(today!.key))).toEqual({ ann: 1, bob: 11_100 });
    expect(scoresOf(change.standings)).toEqual({ ann: 11, bob: 11_100, cyd: 7, dan: 8, eve: 9 });
  });

  it('returns the standings in open periods also of commands that had been applied', async () => {
    await define(day);
    const once = command('ann', 5, noon);
    const { periods } = await ledger.apply([once]);
    const again = await ledger.apply([once, command('bob', 3, noon)]);
    const [, today] = await periodsOf('day');
    expect(scoresOf(periods!.get(today!.key))).toEqual({ ann: 5 });
    expect(scoresOf(again.periods!.get(today!.key))).toEqual({ ann: 5, bob: 3 });
  });

  it('closes a period once; what was accepted in it and comes later counts in the next one, what is older in none', async () => {
    await define(day);
    const [tomorrow, today] = await periodsOf('day');
    await ledger.apply([command('ann', 5, noon)]);
    expect([await store.close(today!), await store.close(today!)]).toEqual([true, false]);
    await ledger.apply([command('ann', 3, noon), command('ann', 1, noon - 24 * HOUR)]);
    expect(await totals(today!)).toEqual({ ann: 5 });
    expect(await totals(tomorrow!)).toEqual({ ann: 3 });
    const [, closed] = await periodsOf('day');
    expect(closed!.closedAt).toEqual(expect.any(Number));
  });

  it('takes points back from every period that counted them, closed ones too', async () => {
    await define(day, quiz);
    const [tomorrow, today] = await periodsOf('day');
    const [first, late] = [command('ann', 5, noon, 'quiz'), command('ann', 3, noon)];
    await ledger.apply([first, command('ann', 2, noon)]);
    await store.close(today!);
    await ledger.apply([late]);
    const reversal = await parts.adjustments.reverse([first.commandId, late.commandId]);
    expect(await totals(today!)).toEqual({ ann: 2 });
    expect(await totals(tomorrow!)).toEqual({ ann: 0 });
    expect(scoresOf(reversal.periods!.get(today!.key))).toEqual({ ann: 2 });
    const again = await parts.adjustments.reverse([first.commandId, late.commandId]);
    expect(scoresOf(again.periods!.get(tomorrow!.key))).toEqual({ ann: 0 });
    expect(await totals(today!)).toEqual({ ann: 2 });
  });

  it('hides and shows a user in every period, also in those that the user enters later', async () => {
    await define(day);
    const [tomorrow, today] = await periodsOf('day');
    await ledger.apply([command('ann', 5, noon)]);
    const hidden = await parts.adjustments.setHidden('ann', true, why);
    await ledger.apply([command('ann', 5, noon + 12 * HOUR)]);
    const isHidden = async (period: BoardPeriod) => (await ledger.ofPeriod(period.key).standing('ann'))?.hidden;
    expect(hidden.periods!.get(today!.key)).toEqual([expect.objectContaining({ userId: 'ann', score: 5, hidden: true })]);
    expect([await isHidden(today!), await isHidden(tomorrow!)]).toEqual([true, true]);
    await parts.adjustments.setHidden('ann', false, why);
    expect([await isHidden(today!), await isHidden(tomorrow!)]).toEqual([false, false]);
    expect(await ledger.ofPeriod(today!.key).top(10)).toEqual([{ rank: 1, userId: 'ann', score: 5 }]);
  });

  it('forgets a user in every period', async () => {
    await define(day);
    const [, today] = await periodsOf('day');
    await ledger.apply([command('ann', 5, noon)]);
    await parts.rename('ann', 'forgotten-1');
    expect(await totals(today!)).toEqual({ 'forgotten-1': 5 });
  });

  it('keeps the leaderboards of as many ended periods as the board says, and lists the others as expired once they are closed and have an order', async () => {
    await define(day);
    const days = await periodsOf('day');
    const later = noon + 10 * 24 * HOUR;
    for (const next of [3, 2, 1].map((ago) => periodAt(day, later - ago * 24 * HOUR)!)) await store.open(day, next);
    expect((await store.read(later)).boards[0]!.periods).toHaveLength(5); // nothing is closed
    for (const period of days) await store.close(period);
    expect((await store.read(later)).expired).toEqual([]);
    await store.tellClosings();
    await store.writeOrders();
    const { boards, expired } = await store.read(later);
    expect(boards[0]!.periods).toHaveLength(3);
    expect(new Set(expired)).toEqual(new Set(days.map(({ key }) => key)));
  });

  it('reads only what a period counted since a sequence number', async () => {
    await define(day);
    const [, today] = await periodsOf('day');
    const { range } = await ledger.apply([command('ann', 5, noon), command('bob', 1, noon + 12 * HOUR)]);
    const changed = await ledger.ofPeriod(today!.key).changedSince(range.from, 100);
    expect(changed).toEqual({ range, standings: [expect.objectContaining({ userId: 'ann', score: 5 })] });
    expect(await ledger.ofPeriod(today!.key).changedSince(range.to, 100)).toMatchObject({ standings: [] });
  });

  it('counts like a plain sum over what was accepted, with reversals and late commands between', async () => {
    await define(day);
    const [tomorrow, today] = await periodsOf('day');
    const random = randomFrom(14);
    const expected: Record<'today' | 'tomorrow', Record<string, number>> = { today: {}, tomorrow: {} };
    let isClosed = false;
    for (let round = 0; round < 12; round++) {
      const batch = Array.from({ length: 40 }, () => command(`user-${Math.floor(random() * 10)}`, 1 + Math.floor(random() * 9), noon + Math.floor(random() * 24) * HOUR));
      if (round === 8) isClosed = await store.close(today!);
      await ledger.apply(batch);
      const taken = batch.filter(() => random() < 0.2);
      await parts.adjustments.reverse(taken.map(({ commandId }) => commandId));
      for (const each of batch) {
        const sums = expected[each.acceptedAt! < noon + 12 * HOUR && !isClosed ? 'today' : 'tomorrow'];
        sums[each.userId] = (sums[each.userId] ?? 0) + (taken.includes(each) ? 0 : each.scoreIncrement);
      }
    }
    expect(await totals(today!)).toEqual(expected.today);
    expect(await totals(tomorrow!)).toEqual(expected.tomorrow);
  });
}
