import { BEFORE_ALL_EVENTS, type BoardDefinition, type BoardPeriod, type GuestClaim, type GuestClaims, type LedgerEvents, MAX_TOTAL, type ScoreCommand, type Standing } from '@scoreboard/domain';
import { type BoardParts, yesterdayNoon } from '../boards/board-store.contract';
import { periodAfter, periodAt } from '../boards/periods';
import { newCommandId } from './command-id';

/** A ledger with its boards, and the claims under test. */
export interface ClaimParts extends BoardParts {
  readonly claims: GuestClaims;
  readonly events: LedgerEvents;
}

const DAY = 24 * 3_600_000;
const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 5 };
const year: BoardDefinition = { id: 'always', timezone: 'UTC', keep: 5, actions: ['quiz-*'] };
const guest = 'guest-aaaaaaaaaaaa';
const other = 'guest-bbbbbbbbbbbb';
const LIMITS = { points: 1_000, updates: 100 };
const why = { reason: 'a test', by: 'mod' };

/** The contract of every `GuestClaims` with its ledger. `make` returns empty ones. */
export function guestClaimsContract(make: () => Promise<ClaimParts>): void {
  let parts: ClaimParts;
  const noon = yesterdayNoon();
  const command = (userId: string, scoreIncrement: number, acceptedAt = noon, action?: string): ScoreCommand => ({ commandId: newCommandId(), userId, scoreIncrement, acceptedAt, action });
  const claim = (guestId: string, playerId: string, limits = LIMITS) => parts.claims.claim(guestId, playerId, limits);

  beforeEach(async () => {
    parts = await make();
    await parts.store.define([day, year]);
    for (const period of [periodAt(day, noon)!, periodAfter(day, periodAt(day, noon)!)!]) await parts.store.open(day, period);
    await parts.store.open(year, periodAt(year, noon)!);
  });

  const periods = async (): Promise<readonly BoardPeriod[]> => (await parts.store.read(noon)).boards.flatMap((board) => board.periods);
  /** The scores in each period, by its name, without users who have none. */
  const scores = async () => {
    const found: Record<string, object> = {};
    for (const { board, id, key } of await periods()) {
      const standings = await parts.ledger.ofPeriod(key).standings(undefined, 1_000);
      found[`${board} ${board === 'day' ? Math.round((Date.parse(id) - noon) / DAY + 0.5) : ''}`.trim()] = Object.fromEntries(standings.filter(({ score }) => score).map(({ userId, score }) => [userId, score]));
    }
    return found;
  };
  const expectSound = async (expected: Readonly<Record<string, number>>) => {
    for (const [userId, score] of Object.entries(expected)) {
      const items = await parts.ledger.history(userId, 10_000);
      expect([userId, items.reduce((sum, item) => sum + item.scoreIncrement, 0), items[0]?.scoreAfter ?? 0]).toEqual([userId, score, score]);
      expect((await parts.ledger.standing(userId))?.score ?? 0).toBe(score);
      for (const [place, item] of items.entries()) expect(item.scoreAfter - item.scoreIncrement).toBe(items[place + 1]?.scoreAfter ?? 0);
    }
  };

  it('moves the points by one event for each side, in every open period that counted them', async () => {
    const [first, second] = [command(guest, 5, noon, 'quiz-1'), command(guest, 2, noon, 'race')];
    const { range } = await parts.ledger.apply([first, command('ann', 3), second]);
    const claimed = (await claim(guest, 'ann')) as GuestClaim;
    expect(claimed).toMatchObject({ points: 7, updates: 2, range: { from: range.to, to: range.to + 4 } });
    const standing = (userId: string, score: number, seq: number): Standing => ({ userId, score, reachedAt: range.to + seq, version: range.to + seq, hidden: false });
    expect([...claimed.standings].sort((a, b) => a.score - b.score)).toEqual([standing(guest, 0, 2), standing('ann', 10, 4)]);
    expect([...claimed.periods!.values()].flat()).toEqual(expect.arrayContaining([standing(guest, 0, 2), standing('ann', 10, 4), standing(guest, 0, 1), standing('ann', 5, 3)]));
    expect(await scores()).toEqual({ 'day 0': { ann: 10 }, 'day 1': {}, 'always': { ann: 5 } });
    await expectSound({ [guest]: 0, ann: 10 });

    const [taken, ...before] = (await parts.ledger.history(guest, 10)).slice(1);
    const [, given] = await parts.ledger.history('ann', 10);
    expect(taken).toMatchObject({ scoreIncrement: -5, scoreAfter: 2, action: 'quiz-1', reverses: first.commandId, movedTo: given!.commandId });
    expect(given).toMatchObject({ scoreIncrement: 5, scoreAfter: 8, action: 'quiz-1', movedFrom: first.commandId });
    expect(before.map(({ commandId, movedTo, movedFrom }) => [commandId, movedTo, movedFrom])).toEqual([[second.commandId, undefined, undefined], [first.commandId, undefined, undefined]]);
    const { events } = await parts.events.read(BEFORE_ALL_EVENTS, 100, ['score.applied', 'score.reversed']);
    const sums: Record<string, number> = {};
    for (const event of events) if ('scoreIncrement' in event) sums[event.userId] = (sums[event.userId] ?? 0) + event.scoreIncrement;
    expect(sums).toEqual({ [guest]: 0, ann: 10 });
    expect(events.slice(3).map((event) => ['userId' in event && event.userId, event.type, 'movedFrom' in event, 'movedTo' in event])).toEqual([
      [guest, 'score.reversed', false, true], [guest, 'score.reversed', false, true], ['ann', 'score.applied', true, false], ['ann', 'score.applied', true, false],
    ]);
  });

  it('moves nothing more when it is repeated, and returns the same numbers and the standings', async () => {
    await parts.ledger.apply([command(guest, 5)]);
    await claim(guest, 'ann');
    const { lastSeq } = await parts.ledger.head();
    await parts.ledger.apply([command('ann', 1)]);
    const again = (await claim(guest, 'ann')) as GuestClaim;
    expect(again).toMatchObject({ points: 5, updates: 1, range: { from: lastSeq + 1, to: lastSeq + 1 } });
    expect(again.standings).toContainEqual(expect.objectContaining({ userId: 'ann', score: 6 }));
    await expectSound({ [guest]: 0, ann: 6 });
  });

  it('gives a guest to one player only, also a guest without points', async () => {
    expect(await claim(guest, 'ann')).toMatchObject({ points: 0, updates: 0 });
    expect(await claim(guest, 'bob')).toBe('claimed');
    expect(await claim(guest, 'ann')).toMatchObject({ points: 0, updates: 0 });
  });

  it('moves the points once when many players claim the guest while it earns points', async () => {
    await parts.ledger.apply([command('ann0', 1)]);
    const earned: Promise<unknown>[] = [];
    const claims = Array.from({ length: 6 }, async (_, i) => {
      for (let n = 0; n < 5; n++) earned.push(parts.ledger.apply([command(guest, 3)]).then(() => parts.claims.follow([guest])));
      return [`ann${i % 3}`, await claim(guest, `ann${i % 3}`)] as const;
    });
    const answers = await Promise.all(claims);
    await Promise.all(earned);
    const winners = new Set(answers.filter(([, answer]) => answer !== 'claimed').map(([player]) => player));
    expect(winners.size).toBe(1);
    const [winner] = winners;
    const expected = { ann0: 1, ann1: 0, ann2: 0, [winner!]: 90 + Number(winner === 'ann0') };
    await expectSound({ ...expected, [guest]: 0 });
    expect(await scores()).toMatchObject({ 'day 0': Object.fromEntries(Object.entries(expected).filter(([, score]) => score)) });
  });

  it('leaves a closed period as it was, tells its closing so, and does not count its points in the next one', async () => {
    await parts.ledger.apply([command(guest, 5, noon, 'quiz-1'), command('ann', 3)]);
    await parts.store.close((await periods()).find(({ board, start }) => board === 'day' && start < noon)!);
    await parts.ledger.apply([command(guest, 2, noon)]); // late: counts in the next day
    await claim(guest, 'ann');
    expect(await scores()).toEqual({ 'day 0': { [guest]: 5, ann: 3 }, 'day 1': { ann: 2 }, 'always': { ann: 5 } });
    await expectSound({ [guest]: 0, ann: 10 });
    await parts.store.tellClosings();
    const { events } = await parts.events.read(BEFORE_ALL_EVENTS, 10, ['board.closed']);
    expect(events).toMatchObject([{ players: 2, entries: [{ userId: guest, score: 5 }, { userId: 'ann', score: 3 }] }]);
    await parts.store.close((await periods()).find(({ board, start }) => board === 'day' && start > noon)!);
    await parts.adjustments.reverse([(await parts.ledger.history('ann', 1))[0]!.commandId]); // makes the closing read the history
    await parts.store.tellClosings();
    expect((await parts.events.read(BEFORE_ALL_EVENTS, 10, ['board.closed'])).events[1]).toMatchObject({ entries: [{ userId: 'ann', score: 2 }] });
  });

  it('is counted by a board that is added later for the player alone', async () => {
    await parts.ledger.apply([command(guest, 5), command('ann', 3)]);
    await claim(guest, 'ann');
    const added: BoardDefinition = { ...day, id: 'added' };
    await parts.store.define([day, year, added]);
    await parts.store.open(added, periodAt(added, noon)!);
    const period = (await periods()).find(({ board }) => board === 'added')!;
    while (await parts.store.fill(period, 2));
    const standings = await parts.ledger.ofPeriod(period.key).standings(undefined, 10);
    expect(standings.map(({ userId, score }) => [userId, score])).toEqual([['ann', 8], [guest, 0]]);
  });

  it('is right in a board that is filled while the guest is claimed', async () => {
    await parts.ledger.apply([command(guest, 5), command(guest, 2), command(guest, 1)]);
    const added: BoardDefinition = { ...day, id: 'added' };
    await parts.store.define([day, year, added]);
    await parts.store.open(added, periodAt(added, noon)!);
    const period = (await periods()).find(({ board }) => board === 'added')!;
    await parts.store.fill(period, 1);
    await claim(guest, 'ann');
    const read = async () => (await parts.ledger.ofPeriod(period.key).standings(undefined, 10)).map(({ userId, score }) => [userId, score]);
    expect(await read()).toEqual([['ann', 8], [guest, 0]]);
    while (await parts.store.fill(period, 1));
    expect(await read()).toEqual([['ann', 8], [guest, 0]]);
  });

  it('moves neither what was reversed, nor anything of a hidden guest', async () => {
    const cheated = command(guest, 50);
    await parts.ledger.apply([cheated, command(guest, 5), command(other, 7)]);
    await parts.adjustments.reverse([cheated.commandId]);
    await parts.adjustments.setHidden(other, true, why);
    expect(await claim(guest, 'ann')).toMatchObject({ points: 5, updates: 1 });
    const { lastSeq } = await parts.ledger.head();
    expect(await claim(other, 'ann')).toBe('hidden');
    expect(await parts.ledger.head()).toMatchObject({ lastSeq });
    await expectSound({ [guest]: 0, [other]: 7, ann: 5 });
    await parts.adjustments.setHidden(other, false, why);
    expect(await claim(other, 'ann')).toMatchObject({ points: 7 });
  });

  it('shows a hidden player to nobody because of the points', async () => {
    await parts.ledger.apply([command(guest, 5)]);
    await parts.adjustments.setHidden('ann', true, why);
    await claim(guest, 'ann');
    for (const { key } of await periods()) expect(await parts.ledger.ofPeriod(key).top(10)).toEqual([]);
    expect(await parts.ledger.top(10)).toEqual([]);
  });

  it.each<[string, readonly number[], typeof LIMITS, number, string]>([
    ['points', [5, 6], { points: 10, updates: 10 }, 0, 'too-much'],
    ['updates', [1, 1, 1], { points: 10, updates: 2 }, 0, 'too-much'],
    ["the player's total", [5, 6], LIMITS, MAX_TOTAL - 10, 'total-limit'],
  ])('moves nothing beyond the limit of %s', async (_what, increments, limits, held, refusal) => {
    await parts.ledger.apply(increments.map((points) => command(guest, points)));
    if (held) await parts.ledger.apply([command('ann', held)]);
    const { lastSeq } = await parts.ledger.head();
    expect(await claim(guest, 'ann', limits)).toBe(refusal);
    expect(await parts.ledger.head()).toMatchObject({ lastSeq });
    await expectSound({ [guest]: increments.reduce((sum, one) => sum + one, 0), ann: held });
    const exact = { points: 11, updates: 3 };
    if (!held) expect(await claim(guest, 'ann', exact)).toMatchObject({ updates: increments.length });
  });

  it('lets what was accepted before the claim follow when it is applied, once, and leaves what came later with the guest', async () => {
    await parts.ledger.apply([command(guest, 1)]);
    expect(await parts.claims.follow([guest, 'ann'])).toBeUndefined();
    await claim(guest, 'ann');
    const queued = [command(guest, 4, noon, 'quiz-1'), command(guest, 2, Date.now() + 3_600_000)];
    await parts.ledger.apply(queued);
    const { lastSeq } = await parts.ledger.head();
    expect(await parts.claims.follow([guest, guest, other])).toMatchObject({ range: { from: lastSeq, to: lastSeq + 2 } });
    expect(await parts.ledger.apply(queued)).toMatchObject({ applied: 0, conflicts: [] }); // delivered again
    const again = await parts.claims.follow([guest]);
    expect(again!.range).toEqual({ from: lastSeq + 2, to: lastSeq + 2 });
    await expectSound({ [guest]: 2, ann: 5 });
    expect(await scores()).toEqual({ 'day 0': { ann: 5 }, 'day 1': { [guest]: 2 }, 'always': { ann: 4 } });
    expect(await claim(guest, 'ann')).toMatchObject({ points: 1, updates: 1 });
  });

  it('leaves what follows with the guest where it does not fit, or the guest was hidden meanwhile', async () => {
    await parts.ledger.apply([command(guest, 6)]);
    await claim(guest, 'ann', { points: 10, updates: 10 });
    await claim(other, 'bob');
    await parts.ledger.apply([command(guest, 3), command(guest, 2), command(guest, 1), command(other, 4)]);
    await parts.adjustments.setHidden(other, true, why);
    await parts.claims.follow([guest, other]);
    await expectSound({ [guest]: 3, ann: 9, [other]: 4, bob: 0 });
    await parts.ledger.apply([command('rich', MAX_TOTAL - 1)]);
    await claim('guest-cccccccccccc', 'rich');
    await parts.ledger.apply([command('guest-cccccccccccc', 2)]);
    await parts.claims.follow(['guest-cccccccccccc']);
    await expectSound({ 'guest-cccccccccccc': 2, 'rich': MAX_TOTAL - 1 });
  });

  it("lets a moderator reverse what moved, by the player's event", async () => {
    const earned = command(guest, 5, noon, 'quiz-1');
    await parts.ledger.apply([earned, command('ann', 3)]);
    await claim(guest, 'ann');
    expect(await parts.adjustments.reverse([earned.commandId])).toMatchObject({ known: 1, reversed: 0 });
    const [given] = await parts.ledger.history('ann', 1);
    expect(await parts.adjustments.reverse([given!.commandId])).toMatchObject({ known: 1, reversed: 1, points: 5 });
    await expectSound({ [guest]: 0, ann: 3 });
    expect(await scores()).toEqual({ 'day 0': { ann: 3 }, 'day 1': {}, 'always': {} });
  });

  it('names neither the guest nor the player after they are forgotten', async () => {
    await parts.ledger.apply([command(guest, 5)]);
    await claim(guest, 'ann');
    await parts.rename('ann', 'forgotten-1');
    expect(await claim(guest, 'ann')).toBe('claimed');
    await parts.ledger.apply([command(guest, 2)]);
    await parts.claims.follow([guest]);
    await expectSound({ 'ann': 0, 'forgotten-1': 7, [guest]: 0 });
    await parts.rename(guest, 'forgotten-2');
    await parts.ledger.apply([command(guest, 1)]);
    expect(await parts.claims.follow([guest])).toBeUndefined();
    await expectSound({ 'forgotten-1': 7, 'forgotten-2': 0, [guest]: 1 });
  });
}
