import type { BoardDefinition, BoardPeriod, RankedScore, ScoreCommand } from '@scoreboard/domain';
import { randomFrom } from '@scoreboard/domain/leaderboard-samples.contract';
import { newCommandId } from '../scores/command-id';
import { type BoardParts, yesterdayNoon } from './board-store.contract';
import { periodAt } from './periods';

const DAY = 86_400_000;
const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 1 };
const why = { reason: 'a test', by: 'mod' };
/** More than two blocks of an order. */
const USERS = 2_100;

/** The contract of `BoardStore.writeOrders`, and of the ledger's reads of periods that have an order. `make` returns empty ones. */
export function boardOrdersContract(make: () => Promise<BoardParts>): void {
  let parts: BoardParts;
  let noon: number;

  const command = (userId: string, scoreIncrement: number): ScoreCommand => ({ commandId: newCommandId(), userId, scoreIncrement, acceptedAt: noon });
  const periodOf = async (moment: number): Promise<BoardPeriod> =>
    (await parts.store.read(moment)).boards[0]!.periods.find(({ start, end }) => start <= moment && moment < end!)!;
  /** A closed and told period of yesterday that counted these. */
  async function closedWith(commands: readonly ScoreCommand[]): Promise<BoardPeriod> {
    await parts.store.define([day]);
    await parts.store.open(day, periodAt(day, noon)!);
    for (let i = 0; i < commands.length; i += 500) await parts.ledger.apply(commands.slice(i, i + 500));
    const period = await periodOf(noon);
    await parts.store.close(period);
    await parts.store.tellClosings();
    return period;
  }
  /** All ranks, as a plain sort of the totals gives them. */
  async function sorted({ key }: BoardPeriod): Promise<readonly RankedScore[]> {
    const standings = await parts.ledger.ofPeriod(key).standings(undefined, 2 * USERS);
    const ranked = standings.filter(({ score, hidden }) => score > 0 && !hidden).sort((a, b) => b.score - a.score || a.reachedAt - b.reachedAt);
    return ranked.map(({ userId, score }, i) => ({ rank: i + 1, userId, score }));
  }
  /** Every rank of a period is what a plain sort gives, by each way to read it. */
  async function expectSorted(period: BoardPeriod): Promise<void> {
    const [ranked, ledger] = [await sorted(period), parts.ledger.ofPeriod(period.key)];
    const all: RankedScore[] = [];
    for (let from = 1; from <= ranked.length; from += 100) all.push(...(await ledger.top(100, from)));
    expect(all).toEqual(ranked);
    expect(await ledger.players()).toBe(ranked.length);
    const some = [0, 999, 1_000, ranked.length - 1].map((i) => ranked[i]!);
    expect(await ledger.ranked(some.map(({ userId }) => userId))).toEqual(some);
    for (const { rank, userId } of some) expect(await ledger.around(userId, 3)).toEqual(ranked.slice(Math.max(0, rank - 4), rank + 3));
  }

  beforeEach(async () => {
    noon = yesterdayNoon();
    parts = await make();
  });

  it('read every rank as a plain sort gives it, ties too, also after a moderator took points back, hid, showed and renamed users', async () => {
    const random = randomFrom(70);
    const commands = Array.from({ length: USERS }, (_, i) => command(`u${i}`, 1 + Math.floor(random() * 40)));
    const more = commands.map(({ userId }) => command(userId, 1 + Math.floor(random() * 3)));
    const period = await closedWith([...commands, ...more]);
    await parts.adjustments.reverse(more.filter(() => random() < 0.02).map(({ commandId }) => commandId));
    await parts.store.writeOrders();
    await expectSorted(period);
    const picked = commands.filter(() => random() < 0.03).map(({ userId }) => userId);
    await parts.adjustments.reverse([...commands, ...more].filter(({ userId }) => picked.includes(userId) && random() < 0.8).map(({ commandId }) => commandId));
    for (const userId of picked.slice(0, 20)) await parts.adjustments.setHidden(userId, true, why);
    for (const userId of picked.slice(0, 10)) await parts.adjustments.setHidden(userId, false, why);
    await parts.rename('u7', 'forgotten-1');
    await expectSorted(period);
  });

  it('answer nothing for a user who is hidden, has no points left or has none, and after the last rank', async () => {
    const [ann, bob, cyd] = [command('ann', 5), command('bob', 3), command('cyd', 1)];
    const period = await closedWith([ann, bob, cyd]);
    await parts.store.writeOrders();
    await parts.adjustments.setHidden('ann', true, why);
    await parts.adjustments.reverse([bob.commandId]);
    const ledger = parts.ledger.ofPeriod(period.key);
    for (const userId of ['ann', 'bob', 'nobody']) expect(await ledger.around(userId, 5)).toEqual([]);
    expect(await ledger.ranked(['cyd', 'ann', 'bob', 'cyd', 'nobody'])).toEqual([{ rank: 1, userId: 'cyd', score: 1 }]);
    expect([await ledger.around('cyd', 5), await ledger.top(10, 2), await ledger.players()]).toEqual([[{ rank: 1, userId: 'cyd', score: 1 }], [], 1]);
  });

  it('are written for a period without players too', async () => {
    const period = await closedWith([]);
    await parts.store.writeOrders();
    expect(await parts.store.past('day')).toEqual([expect.objectContaining({ id: period.id })]);
    expect([await parts.ledger.ofPeriod(period.key).top(10), await parts.ledger.ofPeriod(period.key).players()]).toEqual([[], 0]);
  });

  it('make a period readable beyond `keep`: until it has one it keeps its leaderboard, and when it is dropped nobody can read it', async () => {
    const later = noon + 2 * DAY;
    const period = await closedWith([command('ann', 5)]);
    await parts.store.open(day, periodAt(day, noon + DAY)!);
    await parts.store.close(await periodOf(noon + DAY));
    expect((await parts.store.read(later)).expired).toEqual([]);
    expect(await parts.store.past('day')).toEqual([]);
    await parts.store.writeOrders();
    expect((await parts.store.read(later)).expired).toEqual([period.key]);
    const { closedAt } = (await parts.store.past('day', period.id))[0]!;
    expect(await parts.store.past('day', period.id)).toEqual([{ ...period, closedAt }]);
    expect(await parts.store.past('day', '2020-01-01')).toEqual([]);
    expect(await parts.store.past('other')).toEqual([]);
    expect([await parts.store.drop(period, 10), await parts.store.drop(period, 10)]).toEqual([1, 0]);
    expect(await parts.store.past('day', period.id)).toEqual([]);
    await parts.store.writeOrders();
    expect(await parts.ledger.ofPeriod(period.key).players()).toBe(0);
  });
}
