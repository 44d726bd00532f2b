import { BEFORE_ALL_EVENTS, type GuestClaims, type LedgerAdjustments, type LedgerEvents, type LedgerEventType, type ScoreCommand, type ScoreLedger } from '@scoreboard/domain';
import { newCommandId } from '../scores/command-id';
import type { PastUpdates } from './past-updates';
import type { BrokenRule, PlayerFlags } from './player-flags';

export interface FlagsUnderTest {
  readonly ledger: ScoreLedger;
  readonly adjustments: LedgerAdjustments;
  readonly events: LedgerEvents;
  readonly flags: PlayerFlags;
  readonly past: PastUpdates;
  readonly claims: GuestClaims;
  /** Erases the user, as the command `forget` does; resolves with the number of records. */
  forget(userId: string, pseudonym: string): Promise<number>;
}

const FLAG_EVENTS: readonly LedgerEventType[] = ['player.flagged', 'flag.cleared', 'flag.confirmed', 'flag.reopened', 'user.hidden', 'user.shown'];
const NOON = Date.parse('2026-11-28T12:00:00Z');

/** The contract of every `PlayerFlags` and `PastUpdates`. `make` returns them on an empty ledger. */
export function playerFlagsContract(make: () => Promise<FlagsUnderTest>): void {
  let { ledger, adjustments, events, flags, past, claims, forget } = {} as FlagsUnderTest;
  beforeEach(async () => {
    ({ ledger, adjustments, events, flags, past, claims, forget } = await make());
  });

  /** Applies an update; resolves with its number in the ledger. */
  async function apply(userId: string, scoreIncrement: number, more: Partial<ScoreCommand> = {}): Promise<number> {
    return (await ledger.apply([{ commandId: newCommandId(), userId, scoreIncrement, ...more }])).range.to;
  }
  /** The same at so many seconds after noon. */
  const at = (seconds: number, userId: string, scoreIncrement: number, action?: string) => apply(userId, scoreIncrement, { acceptedAt: NOON + seconds * 1_000, ...(action !== undefined && { action }) });
  const broken = (sequence: number, more: Partial<BrokenRule> = {}): BrokenRule => ({ rule: 'leap', sequence, weight: 5, reason: 'too many', holds: false, ...more });
  const open = () => flags.list('open', 100);
  const isHidden = async (userId: string) => (await ledger.standing(userId))!.hidden;
  const scoreOf = async (userId: string) => (await ledger.standing(userId))!.score;
  const told = async () => (await events.read(BEFORE_ALL_EVENTS, 1_000, FLAG_EVENTS)).events.map(({ type }) => type);
  const raiseOne = async (more: Partial<BrokenRule> = {}, userId = 'ann') => {
    const sequence = await apply(userId, 7);
    await flags.raise([broken(sequence, more)]);
    return (await open()).find((flag) => flag.userId === userId)!;
  };

  describe('raising flags', () => {
    it('stores who, which rule, why and how heavy, and tells it as an event', async () => {
      const flag = await raiseOne();
      expect(flag).toEqual({ id: expect.any(Number), userId: 'ann', rule: 'leap', weight: 5, reason: 'too many', holds: false, state: 'open', raisedAt: expect.any(Date), updates: 1, points: 7 });
      expect(await flags.find(flag.id)).toEqual(flag);
      expect(await flags.find(flag.id + 1)).toBeUndefined();
      expect(await flags.countOpen()).toBe(1);
      const { events: found } = await events.read(BEFORE_ALL_EVENTS, 10, ['player.flagged']);
      expect(found).toEqual([{ id: expect.any(String), sequence: expect.any(Number), place: 0, at: expect.any(Date), type: 'player.flagged', userId: 'ann', flag: flag.id, rule: 'leap', weight: 5, reason: 'too many', holds: false }]);
    });

    it('changes nothing if it is repeated, also at the same time', async () => {
      const sequence = await apply('ann', 7);
      const all = await Promise.all(Array.from({ length: 5 }, () => flags.raise([broken(sequence)])));
      expect(all.map(({ raised }) => raised).sort()).toEqual([0, 0, 0, 0, 1]);
      expect(await open()).toMatchObject([{ updates: 1, points: 7 }]);
      expect(await told()).toEqual(['player.flagged']);
    });

    it('adds further updates to the open flag of the player and rule, and begins others for other players and rules', async () => {
      const sequences = [await apply('ann', 1), await apply('ann', 2), await apply('bob', 4)];
      await flags.raise([broken(sequences[0]!)]);
      const { raised } = await flags.raise([broken(sequences[1]!), broken(sequences[1]!, { rule: 'rate' }), broken(sequences[2]!)]);
      expect(raised).toBe(2);
      expect((await open()).map(({ userId, rule, updates, points }) => [userId, rule, updates, points]).sort()).toEqual([['ann', 'leap', 2, 3], ['ann', 'rate', 1, 2], ['bob', 'leap', 1, 4]]);
    });

    it('begins another flag after a decision, but not for an update that was known before it', async () => {
      const flag = await raiseOne();
      const sequence = await apply('ann', 1);
      await flags.raise([broken(sequence)]);
      await flags.settle(flag.id, 'cleared', 'mod', 'a test');
      expect((await flags.raise([broken(sequence)])).raised).toBe(0);
      expect((await flags.raise([broken(await apply('ann', 2))])).raised).toBe(1);
      expect(await open()).toMatchObject([{ updates: 1, points: 2 }]);
    });

    it('leaves out an update that is not in the ledger', async () => {
      expect((await flags.raise([broken(1)])).raised).toBe(0);
      expect((await flags.raise([])).raised).toBe(0);
    });

    it('takes numbers that no update gets, so that the order of events is one', async () => {
      const first = await raiseOne();
      await raiseOne({}, 'bob');
      const { events: all } = await events.read(BEFORE_ALL_EVENTS, 10, ['score.applied', 'player.flagged']);
      expect(all.map(({ type }) => type)).toEqual(['score.applied', 'player.flagged', 'score.applied', 'player.flagged']);
      expect(new Set(all.map(({ sequence }) => sequence)).size).toBe(4);
      expect(await events.latest(['player.flagged'])).toMatchObject({ sequence: all.at(-1)!.sequence });
      await flags.settle(first.id, 'cleared', 'mod', 'a test');
      const pages = [];
      for (let position = BEFORE_ALL_EVENTS, isEnd = false; !isEnd; ) {
        const page = await events.read(position, 1, ['player.flagged', 'flag.cleared']);
        pages.push(...page.events.map(({ type }) => type));
        isEnd = page.next.sequence === position.sequence;
        position = page.next;
      }
      expect(pages).toEqual(['player.flagged', 'player.flagged', 'flag.cleared']);
    });

    it('reads events of one kind of flags behind many of another', async () => {
      const flag = await raiseOne();
      await flags.settle(flag.id, 'cleared', 'mod', 'a test');
      for (let i = 0; i < 5; i++) await raiseOne({}, `u${i}`);
      const last = await raiseOne({}, 'zoe');
      await flags.settle(last.id, 'cleared', 'mod', 'a test');
      const { events: found } = await events.read(BEFORE_ALL_EVENTS, 2, ['flag.cleared']);
      expect(found.map((event) => 'userId' in event && event.userId)).toEqual(['ann', 'zoe']);
    });

    it('lists the heaviest first, of the same weight the newest, in pages', async () => {
      for (const [userId, weight] of [['a', 1], ['b', 9], ['c', 5], ['d', 9]] as const) await raiseOne({ weight }, userId);
      expect((await open()).map(({ userId }) => userId)).toEqual(['d', 'b', 'c', 'a']);
      const first = await flags.list('open', 2);
      expect((await flags.list('open', 2, first[1])).map(({ userId }) => userId)).toEqual(['c', 'a']);
    });
  });

  describe('a flag that holds', () => {
    const held = () => raiseOne({ holds: true });

    it('hides the player, with the rule as the reason, until a moderator has decided', async () => {
      const { id } = await held();
      expect(await isHidden('ann')).toBe(true);
      expect(await adjustments.hiddenUsers(10)).toMatchObject([{ userId: 'ann', reason: 'held by rule leap', by: 'rule:leap' }]);
      const change = await flags.settle(id, 'cleared', 'mod', 'a test');
      expect(change).toMatchObject({ isChanged: true, standings: [{ userId: 'ann', hidden: false, score: 7 }] });
      expect(await isHidden('ann')).toBe(false);
      expect(await told()).toEqual(['player.flagged', 'user.hidden', 'flag.cleared', 'user.shown']);
    });

    it('returns the standing of the player, so that boards can follow', async () => {
      const sequence = await apply('ann', 7);
      const { range, standings } = await flags.raise([broken(sequence, { holds: true })]);
      expect(standings).toMatchObject([{ userId: 'ann', hidden: true, version: range.to }]);
      expect(range.from).toBe(sequence);
    });

    it('leaves a player who is hidden already to the moderator who did it', async () => {
      await apply('ann', 1);
      await adjustments.setHidden('ann', true, { reason: 'a bot', by: 'mod-1' });
      const { id } = await held();
      expect(await adjustments.hiddenUsers(10)).toMatchObject([{ reason: 'a bot', by: 'mod-1' }]);
      await flags.settle(id, 'cleared', 'mod-2', 'a test');
      expect(await isHidden('ann')).toBe(true);
    });

    it('leaves a player whom a moderator hid meanwhile to the moderator', async () => {
      const { id } = await held();
      await adjustments.setHidden('ann', true, { reason: 'a bot', by: 'mod-1' });
      await flags.settle(id, 'cleared', 'mod-2', 'a test');
      expect(await isHidden('ann')).toBe(true);
    });

    it('shows the player when the last one that holds is decided about', async () => {
      const one = await held();
      await flags.raise([broken(await apply('ann', 1), { rule: 'rate', holds: true }), broken(await apply('ann', 1), { rule: 'mark' })]);
      await flags.settle(one.id, 'cleared', 'mod', 'a test');
      expect(await isHidden('ann')).toBe(true);
      const other = (await open()).find(({ rule }) => rule === 'rate')!;
      await flags.settle(other.id, 'confirmed', 'mod', 'a test');
      expect(await isHidden('ann')).toBe(false);
    });

    it('holds again when it is opened again', async () => {
      const { id } = await held();
      await flags.settle(id, 'cleared', 'mod', 'a test');
      await flags.settle(id, 'open', 'mod', 'by mistake');
      expect(await isHidden('ann')).toBe(true);
      await flags.settle(id, 'cleared', 'mod', 'a test');
      expect(await isHidden('ann')).toBe(false);
    });
  });

  describe('deciding about flags', () => {
    it('clears a flag once, and opens it again', async () => {
      const { id } = await raiseOne();
      expect(await flags.settle(id, 'cleared', 'mod-1', 'a person')).toMatchObject({ isChanged: true, updates: 0, points: 0 });
      expect(await flags.find(id)).toMatchObject({ state: 'cleared', settled: { by: 'mod-1', note: 'a person', at: expect.any(Date) } });
      for (const outcome of ['cleared', 'confirmed'] as const) expect((await flags.settle(id, outcome, 'mod-2', 'late')).isChanged).toBe(false);
      expect(await open()).toEqual([]);
      expect((await flags.settle(id, 'open', 'mod-2', 'by mistake')).isChanged).toBe(true);
      expect((await flags.settle(id, 'open', 'mod-1', 'late')).isChanged).toBe(false);
      expect(await open()).toMatchObject([{ id, settled: { by: 'mod-2' } }]);
      expect(await told()).toEqual(['player.flagged', 'flag.cleared', 'flag.reopened']);
      expect((await flags.settle(id + 100, 'cleared', 'mod', 'a test')).isChanged).toBe(false);
    });

    it('takes the points of its updates back, and brings them back when it is opened again, as often as that is done', async () => {
      const { id } = await raiseOne();
      await apply('ann', 100);
      await flags.raise([broken(await apply('ann', 3))]);
      for (let i = 0; i < 2; i++) {
        expect(await flags.settle(id, 'confirmed', 'mod', 'a bot')).toMatchObject({ isChanged: true, updates: 2, points: 10, standings: [{ userId: 'ann', score: 100 }] });
        expect(await scoreOf('ann')).toBe(100);
        expect(await flags.settle(id, 'open', 'mod', 'by mistake')).toMatchObject({ isChanged: true, updates: 2, points: 10, standings: [{ userId: 'ann', score: 110 }] });
        expect(await scoreOf('ann')).toBe(110);
        expect(await flags.find(id)).toMatchObject({ updates: 2, points: 10 });
      }
    });

    it('does not take back what a moderator took back before, nor brings that back', async () => {
      const commandId = newCommandId();
      const sequence = await apply('ann', 7, { commandId });
      await flags.raise([broken(sequence), broken(await apply('ann', 2))]);
      await adjustments.reverse([commandId]);
      const id = (await open())[0]!.id;
      expect(await flags.settle(id, 'confirmed', 'mod', 'a bot')).toMatchObject({ updates: 1, points: 2 });
      expect(await flags.settle(id, 'open', 'mod', 'by mistake')).toMatchObject({ updates: 1, points: 2 });
      expect(await scoreOf('ann')).toBe(2);
    });

    it('lets one of many decide at the same time', async () => {
      const { id } = await raiseOne({ holds: true });
      const all = await Promise.all(Array.from({ length: 6 }, (_, i) => flags.settle(id, i % 2 ? 'cleared' : 'confirmed', `mod-${i}`, 'at once')));
      expect(all.filter(({ isChanged }) => isChanged)).toHaveLength(1);
      const winner = all.findIndex(({ isChanged }) => isChanged);
      expect(await flags.find(id)).toMatchObject({ state: winner % 2 ? 'cleared' : 'confirmed', settled: { by: `mod-${winner}` } });
      expect(await scoreOf('ann')).toBe(winner % 2 ? 7 : 0);
      expect(await isHidden('ann')).toBe(false);
    });
  });

  it('forgets the flags of a person with their events, and the name of a moderator', async () => {
    const { id } = await raiseOne({ holds: true });
    const other = await raiseOne({}, 'bob');
    await flags.settle(other.id, 'cleared', 'ann', 'a test');
    await forget('ann', 'forgotten-1');
    expect(await flags.find(id)).toBeUndefined();
    expect(await flags.find(other.id)).toMatchObject({ settled: { by: 'forgotten-1' } });
    const { events: found } = await events.read(BEFORE_ALL_EVENTS, 10, ['player.flagged', 'flag.cleared']);
    expect(found.map((event) => 'userId' in event && event.userId)).toEqual(['bob', 'bob']);
    expect(await forget('ann', 'forgotten-2')).toBe(0);
  });

  describe('the past of a player', () => {
    it('counts updates and points within a time, up to the judged update, by the moment of acceptance', async () => {
      await at(0, 'ann', 1);
      await at(0, 'bob', 50);
      const second = await at(1, 'ann', 2);
      const third = await at(10, 'ann', 4);
      await at(10.5, 'ann', 8);
      expect(await past.rates([second, third, 1], 10, {})).toEqual(expect.arrayContaining([{ sequence: second, updates: 2, points: 3 }, { sequence: third, updates: 2, points: 6 }]));
      expect(await past.rates([third], 10.001, {})).toEqual([{ sequence: third, updates: 3, points: 7 }]);
    });

    it('counts only the actions that are asked for, and reversed updates too', async () => {
      const commandId = newCommandId();
      await apply('ann', 1, { commandId, action: 'quiz-1', acceptedAt: NOON });
      await at(0, 'ann', 2, 'level-7');
      await at(0, 'ann', 4);
      await adjustments.reverse([commandId]);
      const last = await at(1, 'ann', 8, 'quiz-2');
      expect(await past.rates([last], 60, { actions: ['quiz-*'] })).toEqual([{ sequence: last, updates: 2, points: 9 }]);
      expect(await past.rates([last], 60, { actions: ['quiz_*', 'level-7'] })).toEqual([{ sequence: last, updates: 1, points: 2 }]);
    });

    it('knows what was usual for the player before the update', async () => {
      for (const points of [1, 100, 3, 2]) await apply('ann', points);
      await apply('bob', 1_000);
      const judged = await apply('ann', 500);
      expect(await past.usual([judged], {})).toEqual([{ sequence: judged, own: { updates: 4, median: 2 }, board: expect.anything() }]);
      const first = await apply('cid', 1);
      expect(await past.usual([first], {})).toMatchObject([{ own: { updates: 0, median: 0 } }]);
    });

    it('knows what was usual for all before the last whole hundred of the ledger', async () => {
      await ledger.apply(Array.from({ length: 400 }, (_, i) => ({ commandId: newCommandId(), userId: `u${i}`, scoreIncrement: i < 100 ? 1 : 5 })));
      const judged = await apply('ann', 500);
      const [facts] = await past.usual([judged], {});
      expect(facts!.board.median).toBe(5);
      expect(facts!.board.updates).toBeGreaterThanOrEqual(300);
      expect(facts!.board.updates).toBeLessThanOrEqual(400);
    });

    it('takes neither imported totals nor points that came back for updates', async () => {
      const imported = await apply('ann', 5_000, { acceptedAt: 0 });
      const { id } = await raiseOne();
      await flags.settle(id, 'confirmed', 'mod', 'a bot');
      await flags.settle(id, 'open', 'mod', 'by mistake');
      const judged = await apply('ann', 1);
      expect(await past.usual([imported], {})).toEqual([]);
      expect(await past.usual([judged], {})).toMatchObject([{ own: { updates: 1, median: 7 } }]);
      expect(await past.rates([judged], 60, {})).toEqual([{ sequence: judged, updates: 2, points: 8 }]);
    });

    it('does not take points that came from a guest for updates of the player', async () => {
      await apply('guest', 900);
      const judged = await apply('ann', 1);
      await claims.claim('guest', 'ann', { points: 1_000, updates: 10 });
      const { events: applied } = await events.read(BEFORE_ALL_EVENTS, 10, ['score.applied']);
      const moved = applied.at(-1)!.sequence;
      expect(await scoreOf('ann')).toBe(901);
      expect(await past.rates([judged, moved], 60, {})).toEqual([{ sequence: judged, updates: 1, points: 1 }]);
    });

    it('knows how long ago the same action was, whichever was applied first', async () => {
      await at(0, 'ann', 1, 'level-7');
      await at(0, 'bob', 1, 'level-7');
      await at(4, 'ann', 1, 'level-8');
      const second = await at(5, 'ann', 1, 'level-7');
      const late = await at(3.5, 'ann', 1, 'level-7');
      const first = await at(9, 'cid', 1, 'level-7');
      expect(await past.intervals([second, late, first])).toEqual(expect.arrayContaining([{ sequence: second, seconds: 5 }, { sequence: late, seconds: 1.5 }]));
      expect(await past.intervals([first])).toEqual([]);
    });
  });
}
