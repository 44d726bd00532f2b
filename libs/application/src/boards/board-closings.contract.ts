import { BEFORE_ALL_EVENTS, type BoardDefinition, type BoardPeriod, type LedgerEvent, LEDGER_EVENT_TYPES, type LedgerEvents, type LedgerEventType, type ScoreCommand } from '@scoreboard/domain';
import { newCommandId } from '../scores/command-id';
import { type BoardParts, yesterdayNoon } from './board-store.contract';
import { periodAfter, periodAt } from './periods';

interface Parts extends BoardParts {
  readonly events: LedgerEvents;
}

const HOUR = 3_600_000;
const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 2 };
const why = { reason: 'a test', by: 'mod' };
const CLOSED = ['board.closed'] as const;
type Closed = Extract<LedgerEvent, { readonly type: 'board.closed' }>;

/** The contract of `board.closed`, with every `BoardStore` and the `LedgerEvents` of its ledger. `make` returns empty ones. */
export function boardClosingsContract(make: () => Promise<Parts>): void {
  let parts: Parts;
  /** Noon yesterday: before the ledger's clock, so that the day has begun. */
  let noon: number;
  let today: BoardPeriod;
  let tomorrow: BoardPeriod;

  const command = (userId: string, scoreIncrement: number, acceptedAt = noon): ScoreCommand => ({ commandId: newCommandId(), userId, scoreIncrement, acceptedAt });
  const all = async (types: readonly LedgerEventType[], limit = 100): Promise<readonly LedgerEvent[]> => {
    const found: LedgerEvent[] = [];
    for (let position = BEFORE_ALL_EVENTS; ; ) {
      const { events, next } = await parts.events.read(position, limit, types);
      found.push(...events);
      if (next.sequence === position.sequence && next.place === position.place) return found;
      position = next;
    }
  };
  const closings = async () => (await all(CLOSED)) as readonly Closed[];
  const rowsOf = ({ entries }: Closed) => entries.map(({ rank, userId, score }) => [rank, userId, score]);

  beforeEach(async () => {
    noon = yesterdayNoon();
    parts = await make();
    await parts.store.define([day]);
    const period = periodAt(day, noon)!;
    for (const next of [period, periodAfter(day, period)!]) await parts.store.open(day, next);
    [tomorrow, today] = (await parts.store.read(noon)).boards[0]!.periods as [BoardPeriod, BoardPeriod];
  });

  it('is one event for each closed period, in the order of the ledger, with the number of players and the first 100', async () => {
    const { store, ledger, events } = parts;
    await ledger.apply(Array.from({ length: 102 }, (_, i) => command(`u${i}`, 1_000 - i)));
    await ledger.apply([command('tie', 1_000)]);
    const { sequence } = await events.latest(CLOSED);
    await store.close(today);
    await store.close(today);
    await Promise.all([store.tellClosings(), store.tellClosings()]);
    await ledger.apply([command('late', 5_000)]);
    const { start, end, id } = today;
    const [closed, ...others] = await closings();
    expect(others).toEqual([]);
    const at = expect.any(Date) as Date;
    const what = { type: 'board.closed', board: 'day', period: id, start: new Date(start), end: new Date(end!), closedAt: at, players: 103, entries: expect.any(Array) };
    expect(closed).toEqual({ id: `${sequence + 1}-0`, sequence: sequence + 1, place: 0, at, ...what });
    expect(rowsOf(closed!).slice(0, 3)).toEqual([[1, 'u0', 1_000], [2, 'tie', 1_000], [3, 'u1', 999]]);
    expect(rowsOf(closed!)).toHaveLength(100);
    const whole = await all(['score.applied', 'board.closed']);
    expect(whole.slice(-2).map(({ type }) => type)).toEqual(['board.closed', 'score.applied']);
    expect((await events.latest(CLOSED)).sequence).toBe(whole.at(-1)!.sequence);
  });

  it('has the period as it was when it closed, even if a moderator changed it before the event was written', async () => {
    const { store, ledger, adjustments } = parts;
    const [ann, bob, cyd] = [command('ann', 50), command('bob', 40), command('bob', 7)];
    await ledger.apply([ann, bob, cyd, command('dan', 30), command('eve', 20), command('fay', 10, noon + 12 * HOUR)]);
    await adjustments.setHidden('eve', true, why);
    await adjustments.reverse([cyd.commandId]);
    await store.close(today);
    await adjustments.reverse([bob.commandId]);
    await adjustments.setHidden('dan', true, why);
    await adjustments.setHidden('eve', false, why);
    await store.tellClosings();
    const [closed] = await closings();
    expect(closed!.players).toBe(3);
    expect(rowsOf(closed!)).toEqual([[1, 'ann', 50], [2, 'bob', 40], [3, 'dan', 30]]);
    await adjustments.reverse([ann.commandId]);
    await store.tellClosings();
    expect(await closings()).toEqual([closed]);
  });

  it('shows nothing beyond a closing that is not told, to readers of closings alone', async () => {
    const { store, ledger, events } = parts;
    await store.close(today);
    await ledger.apply([command('ann', 5, noon + 12 * HOUR)]);
    expect(await all(['score.applied', 'board.closed'])).toEqual([]);
    expect(await all(['score.applied'])).toHaveLength(1);
    await store.close(tomorrow);
    await store.tellClosings();
    expect((await all(['score.applied', 'board.closed'])).map((event) => (event.type === 'board.closed' ? event.players : event.type))).toEqual([0, 'score.applied', 1]);
    expect((await events.read(BEFORE_ALL_EVENTS, 1, CLOSED)).events).toHaveLength(1);
  });

  it('gives the same events in pages of any size, also beside those of the top ten', async () => {
    const { store, ledger, events } = parts;
    await events.latest(LEDGER_EVENT_TYPES);
    await ledger.apply([command('ann', 5), command('bob', 9)]);
    await store.close(today);
    await ledger.apply([command('cyd', 7, noon + 12 * HOUR)]);
    await store.close(tomorrow);
    await store.tellClosings();
    const whole = await all(LEDGER_EVENT_TYPES);
    expect(whole.map(({ type }) => type)).toEqual(['score.applied', 'top.entered', 'score.applied', 'top.entered', 'board.closed', 'score.applied', 'top.entered', 'board.closed']);
    for (const limit of [1, 2, 3]) expect(await all(LEDGER_EVENT_TYPES, limit)).toEqual(whole);
    for (const event of whole) expect((await events.read(event, 100, LEDGER_EVENT_TYPES)).events).toEqual(whole.slice(whole.indexOf(event) + 1));
  });

  it('names a forgotten user by the pseudonym', async () => {
    const { store, ledger, rename } = parts;
    await ledger.apply([command('canary', 5)]);
    await store.close(today);
    await store.tellClosings();
    await rename('canary', 'forgotten-x');
    expect(rowsOf((await closings())[0]!)).toEqual([[1, 'forgotten-x', 5]]);
  });

  it('exists for a board that is not defined anymore, and not for a period that had not begun', async () => {
    const { store } = parts;
    const later = periodAt(day, noon + 72 * HOUR)!;
    await store.open(day, later);
    await store.define([]);
    await store.tellClosings();
    expect((await closings()).map(({ period }) => period)).toEqual([today.id, tomorrow.id]);
  });

  it('tells neither start nor end of a board that does not reset', async () => {
    const { store, ledger } = parts;
    const forever: BoardDefinition = { id: 'quiz', timezone: 'UTC', keep: 12 };
    await store.define([forever]);
    await store.open(forever, periodAt(forever, noon)!);
    await ledger.apply([command('ann', 5)]);
    await store.define([]);
    await store.tellClosings();
    expect((await closings()).at(-1)).toMatchObject({ board: 'quiz', period: 'all', start: null, end: null, players: 1 });
  });
}
