import type { BoardDefinition, BoardReset, Weekday } from '@scoreboard/domain';
import { periodAfter, periodAt, problemOfPeriodId } from './periods';

const ZONES = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Santiago', 'Pacific/Apia'];

const board = (reset: BoardReset | undefined, timezone = 'Europe/Berlin', weekStartsOn?: Weekday): BoardDefinition => ({ id: 'any', reset, timezone, weekStartsOn, keep: 12 });
const shown = (definition: BoardDefinition, at: string) => {
  const { id, start, end } = periodAt(definition, Date.parse(at))!;
  return [id, ...[start, end!].map((time) => new Date(time).toISOString().replace(':00.000Z', 'Z'))].join(' ');
};

describe('periodAt', () => {
  it.each<[BoardDefinition, at: string, period: string]>([
    [board('daily'), '2026-11-28T22:59:59Z', '2026-11-28 2026-11-27T23:00Z 2026-11-28T23:00Z'],
    [board('daily'), '2026-11-28T23:00:00Z', '2026-11-29 2026-11-28T23:00Z 2026-11-29T23:00Z'],
    [board('daily'), '2028-02-29T12:00:00Z', '2028-02-29 2028-02-28T23:00Z 2028-02-29T23:00Z'],
    // 25 and 23 hours
    [board('daily'), '2026-10-25T12:00:00Z', '2026-10-25 2026-10-24T22:00Z 2026-10-25T23:00Z'],
    [board('daily'), '2026-03-29T12:00:00Z', '2026-03-29 2026-03-28T23:00Z 2026-03-29T22:00Z'],
    // the clocks skip midnight
    [board('daily', 'America/Sao_Paulo'), '2018-11-04T12:00:00Z', '2018-11-04 2018-11-04T03:00Z 2018-11-05T02:00Z'],
    [board('daily', 'America/Sao_Paulo'), '2018-11-03T12:00:00Z', '2018-11-03 2018-11-03T03:00Z 2018-11-04T03:00Z'],
    // a quarter of an hour, and a change by half an hour
    [board('daily', 'Asia/Kathmandu'), '2026-11-28T18:14:00Z', '2026-11-28 2026-11-27T18:15Z 2026-11-28T18:15Z'],
    [board('daily', 'Australia/Lord_Howe'), '2026-10-04T00:00:00Z', '2026-10-04 2026-10-03T13:30Z 2026-10-04T13:00Z'],
    // ISO years
    [board('weekly', 'UTC'), '2027-01-03T23:59:59Z', '2026-W53 2026-12-28T00:00Z 2027-01-04T00:00Z'],
    [board('weekly', 'UTC'), '2024-12-30T00:00:00Z', '2025-W01 2024-12-30T00:00Z 2025-01-06T00:00Z'],
    [board('weekly'), '2026-10-25T12:00:00Z', '2026-W43 2026-10-18T22:00Z 2026-10-25T23:00Z'],
    [board('weekly', 'UTC', 'sunday'), '2026-11-29T12:00:00Z', '2026-W49 2026-11-29T00:00Z 2026-12-06T00:00Z'],
    [board('weekly', 'UTC', 'sunday'), '2026-11-28T12:00:00Z', '2026-W48 2026-11-22T00:00Z 2026-11-29T00:00Z'],
    [board('weekly', 'UTC', 'friday'), '2026-12-31T12:00:00Z', '2026-W53 2026-12-25T00:00Z 2027-01-01T00:00Z'],
    [board('weekly', 'UTC', 'friday'), '2027-01-01T12:00:00Z', '2027-W01 2027-01-01T00:00Z 2027-01-08T00:00Z'],
    [board('monthly'), '2026-12-31T22:59:59Z', '2026-12 2026-11-30T23:00Z 2026-12-31T23:00Z'],
    [board('yearly'), '2026-12-31T23:00:00Z', '2027 2026-12-31T23:00Z 2027-12-31T23:00Z'],
  ])('of %j at %s is %s', (definition, at, period) => expect(shown(definition, at)).toBe(period));

  it('is the season from its beginning until just before its end, and nothing else', () => {
    const season: BoardDefinition = { id: 'spring', timezone: 'UTC', from: 1_000, to: 2_000, keep: 12 };
    expect([999, 1_000, 1_999, 2_000].map((moment) => periodAt(season, moment)?.id)).toEqual([undefined, 'spring', 'spring', undefined]);
    expect(periodAfter(season, periodAt(season, 1_000)!)).toBeUndefined();
  });

  it('never ends on a board that does not reset', () => {
    expect(periodAt(board(undefined), Date.now())).toEqual({ id: 'all', start: 0 });
  });

  // 2011: in Apia, December 30 did not exist.
  it.each((['daily', 'weekly', 'monthly', 'yearly'] as const).flatMap((reset) => ZONES.map((zone) => [reset, zone] as const)))(
    'leaves no gap, and no id twice: %s in %s, over a year or more',
    (reset, zone) => {
      const definition = board(reset, zone, 'wednesday');
      const periods = [periodAt(definition, Date.parse('2011-02-15T00:00:00Z'))!];
      while (periods.at(-1)!.start < Date.parse('2012-02-15T00:00:00Z')) periods.push(periodAfter(definition, periods.at(-1)!)!);
      expect(new Set(periods.map(({ id }) => id)).size).toBe(periods.length);
      expect(periods.slice(1).map(({ start }) => start)).toEqual(periods.slice(0, -1).map(({ end }) => end));
      expect(periods.map(({ end }) => periodAt(definition, end! - 1))).toEqual(periods);
      expect(periods.flatMap(({ id }) => problemOfPeriodId(definition, id) ?? [])).toEqual([]);
    },
  );
});

describe('problemOfPeriodId', () => {
  it.each<[BoardReset | undefined, id: string, problem: string]>([
    ['weekly', '2026-W54', 'must be a week, such as 2026-W48'],
    ['weekly', '2027-W53', 'must be a week, such as 2026-W48'],
    ['weekly', 'summer', 'must be a week, such as 2026-W48'],
    ['daily', '2026-02-29', 'must be a day, such as 2026-11-28'],
    ['monthly', '2026-13', 'must be a month, such as 2026-11'],
    ['yearly', '26', 'must be a year, such as 2026'],
    [undefined, '2026-W54', 'must be a period, such as all'],
    [undefined, '', 'must be a period, such as all'],
  ])('of a board that resets %s refuses %j', (reset, id, problem) => expect(problemOfPeriodId({ reset }, id)).toBe(problem));

  it.each<[BoardReset | undefined, id: string]>([['weekly', '2026-W53'], ['weekly', '2026-11-28'], ['daily', '2028-02-29'], [undefined, 'summer'], [undefined, 'all'], [undefined, '2026-W48']])(
    'of a board that resets %s accepts %s, which a board may have',
    (reset, id) => expect(problemOfPeriodId({ reset }, id)).toBeUndefined(),
  );
});
