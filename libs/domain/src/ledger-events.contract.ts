import { randomUUID } from 'node:crypto';
import type { LedgerAdjustments } from './ledger-adjustments';
import { BEFORE_ALL_EVENTS, type EventPosition, type LedgerEvent, LEDGER_EVENT_TYPES, type LedgerEvents, type LedgerEventType, usersOf } from './ledger-events';
import type { ScoreCommand } from './score';
import type { ScoreLedger } from './score-ledger';

export interface LedgerUnderTest {
  readonly ledger: ScoreLedger;
  readonly adjustments: LedgerAdjustments;
  readonly events: LedgerEvents;
  /** Replaces the user id, as the command `forget` does. */
  rename(userId: string, pseudonym: string): Promise<unknown>;
}

const command = (userId: string, scoreIncrement: number, more: Partial<ScoreCommand> = {}): ScoreCommand => ({ commandId: randomUUID(), userId, scoreIncrement, ...more });
const why = { reason: 'a test', by: 'mod' };
const TOP = ['top.entered', 'top.left'] as const;
const told = (event: LedgerEvent) => [event.type, ...usersOf(event), ...('score' in event ? [event.score] : []), ...('rank' in event ? [event.rank] : [])];

/** The contract of every `LedgerEvents`. `make` returns an empty ledger. */
export function ledgerEventsContract(make: () => Promise<LedgerUnderTest>): void {
  let { ledger, adjustments, events, rename } = {} as LedgerUnderTest;
  beforeEach(async () => {
    ({ ledger, adjustments, events, rename } = await make());
  });

  /** All events after a position, read in pages. */
  async function all(after: EventPosition, types: readonly LedgerEventType[] = LEDGER_EVENT_TYPES, limit = 100): Promise<readonly LedgerEvent[]> {
    const found: LedgerEvent[] = [];
    for (let position = after; ; ) {
      const { events: page, next } = await events.read(position, limit, types);
      expect(page.length).toBeLessThanOrEqual(limit);
      found.push(...page);
      if (next.sequence === position.sequence && next.place === position.place) return found;
      position = next;
    }
  }
  /** Eleven players with 11 to 1 points. */
  const eleven = () => ledger.apply(Array.from({ length: 11 }, (_, i) => command(`u${i}`, 11 - i)));

  it('tells of updates, reversals and hidings in the order of the ledger', async () => {
    const quiz = command('ann', 5, { action: 'quiz' });
    const { range } = await ledger.apply([quiz, command('bob', 3)]);
    await adjustments.setHidden('ann', true, why);
    await adjustments.reverse([quiz.commandId]);
    await adjustments.setHidden('ann', false, why);
    await adjustments.setHidden('ann', true, why);
    const found = await all(BEFORE_ALL_EVENTS, ['score.applied', 'score.reversed', 'user.hidden', 'user.shown']);
    const at = expect.any(Date);
    expect(found.slice(0, 4)).toEqual([
      { id: `${range.from + 1}-0`, sequence: range.from + 1, place: 0, at, userId: 'ann', type: 'score.applied', commandId: quiz.commandId, scoreIncrement: 5, score: 5, action: 'quiz' },
      { id: `${range.from + 2}-0`, sequence: range.from + 2, place: 0, at, userId: 'bob', type: 'score.applied', commandId: expect.any(String), scoreIncrement: 3, score: 3 },
      { id: `${range.from + 3}-0`, sequence: range.from + 3, place: 0, at, userId: 'ann', type: 'user.hidden' },
      { id: `${range.from + 4}-0`, sequence: range.from + 4, place: 0, at, userId: 'ann', type: 'score.reversed', commandId: expect.any(String), scoreIncrement: -5, score: 0, action: 'quiz', reverses: quiz.commandId },
    ]);
    expect(found.slice(4).map(told)).toEqual([['user.shown', 'ann'], ['user.hidden', 'ann']]);
  });

  it('gives the same events in pages of any size, and only those of the types asked for', async () => {
    await events.read(BEFORE_ALL_EVENTS, 1, TOP);
    const start = await events.latest(TOP);
    await eleven();
    await adjustments.setHidden('u3', true, why);
    const whole = await all(start);
    expect(whole.map(({ type }) => type).filter((type) => type === 'score.applied')).toHaveLength(11);
    for (const limit of [1, 2, 7]) expect(await all(start, LEDGER_EVENT_TYPES, limit)).toEqual(whole);
    for (const type of LEDGER_EVENT_TYPES) expect(await all(start, [type], 2)).toEqual(whole.filter((event) => event.type === type));
    for (const event of whole) expect((await all(event)).length).toBe(whole.length - 1 - whole.indexOf(event));
  });

  it('tells who enters and leaves the top ten, with the score and the rank of the moment', async () => {
    await eleven();
    const start = await events.latest(TOP); // those who are there when the first reader comes did not enter
    await ledger.apply([command('u10', 2), command('u5', 1)]); // u10 has the score of u8 and u9 has 2: it leaves
    await ledger.apply([command('u9', 50)]); // enters at the top; u10, the last of the ten, leaves
    await adjustments.setHidden('u0', true, why);
    await adjustments.setHidden('u0', false, why);
    await ledger.apply([command('u0', 1)]);
    expect((await all(start, TOP)).map(told)).toEqual([
      ['top.left', 'u9', 2],
      ['top.entered', 'u10', 3, 10],
      ['top.left', 'u10', 3],
      ['top.entered', 'u9', 52, 1],
      ['top.left', 'u0', 11],
      ['top.entered', 'u10', 3, 10],
      ['top.left', 'u10', 3],
      ['top.entered', 'u0', 11, 2],
    ]);
  });

  it('tells nothing of hidden users who earn points, and reads the places anew when too few are remembered', async () => {
    const users = Array.from({ length: 130 }, (_, i) => `v${i}`);
    await ledger.apply(users.map((user, i) => command(user, 1_000 - i)));
    await adjustments.setHidden('v0', true, why);
    const start = await events.latest(TOP);
    await ledger.apply([command('v0', 5_000)]);
    for (const user of users.slice(1, 110)) await adjustments.setHidden(user, true, why);
    const found = (await all(start, TOP)).map(told);
    expect(found).toHaveLength(2 * 109);
    expect(found.slice(-2)).toEqual([['top.left', 'v109', 891], ['top.entered', 'v119', 881, 10]]);
  });

  it('derives each change once, however many read at the same time', async () => {
    const start = await events.latest(TOP);
    const readers = Promise.all(Array.from({ length: 4 }, async () => { for (let i = 0; i < 15; i++) await events.read(start, 100, TOP); }));
    for (let i = 0; i < 30; i++) await ledger.apply([command(`w${i}`, i + 1)]);
    await readers;
    expect((await all(start, TOP)).map((event) => `${event.type} ${usersOf(event)}`)).toEqual(
      Array.from({ length: 30 }, (_, i) => [...(i < 10 ? [] : [`top.left w${i - 10}`]), `top.entered w${i}`]).flat(),
    );
  });

  it('names a forgotten user by the pseudonym, in what was told before too', async () => {
    const start = await events.latest(TOP);
    await ledger.apply([command('canary', 5)]);
    await all(start);
    await adjustments.setHidden('canary', true, why);
    await rename('canary', 'forgotten-x');
    await adjustments.setHidden('forgotten-x', false, why);
    const found = await all(start);
    expect(found.map(told)).toEqual([
      ['score.applied', 'forgotten-x', 5],
      ['top.entered', 'forgotten-x', 5, 1],
      ['user.hidden', 'forgotten-x'],
      ['top.left', 'forgotten-x', 5],
      ['user.shown', 'forgotten-x'],
      ['top.entered', 'forgotten-x', 5, 1],
    ]);
    await ledger.apply([command('forgotten-x', 1)]);
    expect((await all(found.at(-1)!)).map(told)).toEqual([['score.applied', 'forgotten-x', 6]]);
  });

  it('never shows an event before one that was read, while many write', async () => {
    const start = await events.latest(['score.applied']);
    let isDone = false;
    const writing = Promise.all(Array.from({ length: 4 }, async (_, writer) => { for (let i = 0; i < 10; i++) await ledger.apply([command(`x${writer}`, 1), command('all', 1)]); })).finally(() => (isDone = true));
    const found: number[] = [];
    let [position, wasDone] = [start, false];
    do {
      wasDone = isDone;
      const page = await events.read(position, 7, LEDGER_EVENT_TYPES);
      found.push(...page.events.filter(({ place }) => place === 0).map(({ sequence }) => sequence));
      if (page.next.sequence !== position.sequence || page.next.place !== position.place) wasDone = false;
      position = page.next;
    } while (!wasDone);
    await writing;
    expect(found).toEqual((await all(start, ['score.applied'])).map(({ sequence }) => sequence));
    expect(found).toHaveLength(80);
  });
}
