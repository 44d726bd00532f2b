import { ALL_TIME, BOARD_ID, type BoardDefinition, type BoardReset, type PeriodTime, WEEKDAYS } from '@scoreboard/domain';
import { DateTime, type DateTimeUnit } from 'luxon';

const UNITS: Record<BoardReset, DateTimeUnit> = { daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' };

/** The form of a period's id, and what it is in words. */
const IDS: Record<BoardReset, { readonly form: RegExp; readonly example: string; readonly format: string }> = {
  daily: { form: /^\d{4}-\d{2}-\d{2}$/, example: 'a day, such as 2026-11-28', format: 'yyyy-MM-dd' },
  weekly: { form: /^\d{4}-W\d{2}$/, example: 'a week, such as 2026-W48', format: "kkkk-'W'WW" },
  monthly: { form: /^\d{4}-\d{2}$/, example: 'a month, such as 2026-11', format: 'yyyy-MM' },
  yearly: { form: /^\d{4}$/, example: 'a year, such as 2026', format: 'yyyy' },
};

/**
 * The period of a board at a moment, in ms since the Unix epoch; undefined before and after a season.
 *
 * A day begins when its date begins in the board's time zone: a day with a change of the clocks has 23 or 25 hours, and where the clocks skip midnight
 * it begins at one. A week has the number of the ISO week (ISO 8601) that its Thursday is in, also if it does not begin on a Monday.
 */
export function periodAt(definition: BoardDefinition, moment: number): PeriodTime | undefined {
  const { id, reset, timezone, from, to } = definition;
  if (from !== undefined && to !== undefined) return moment >= from && moment < to ? { id, start: from, end: to } : undefined;
  if (!reset) return { id: ALL_TIME, start: 0 };
  // Whole days are subtracted and added by the calendar, so that they may have 23 or 25 hours.
  const shift = reset === 'weekly' ? WEEKDAYS.indexOf(definition.weekStartsOn ?? 'monday') : 0;
  const start = DateTime.fromMillis(moment, { zone: timezone }).minus({ days: shift }).startOf(UNITS[reset]).plus({ days: shift }).startOf('day');
  const end = start.plus({ [UNITS[reset]]: 1 }).startOf('day');
  const thursday = start.plus({ days: (WEEKDAYS.indexOf('thursday') - shift + 7) % 7 });
  return { id: (reset === 'weekly' ? thursday : start).toFormat(IDS[reset].format), start: start.toMillis(), end: end.toMillis() };
}

/** The next period; undefined after a season. */
export const periodAfter = (definition: BoardDefinition, { end }: PeriodTime): PeriodTime | undefined =>
  definition.reset && end !== undefined ? periodAt(definition, end) : undefined;

/**
 * What is wrong with a period's id, whether or not the board has that period; undefined if nothing is. The ids of days, weeks, months and years are those of the calendar; a board
 * that does not reset has one that is named by its operator.
 */
export function problemOfPeriodId({ reset }: Pick<BoardDefinition, 'reset'>, period: string): string | undefined {
  const isInCalendar = Object.keys(IDS).some((kind) => problemOfOwnPeriodId(kind as BoardReset, period) === undefined);
  if (isInCalendar || (!reset && BOARD_ID.test(period))) return undefined;
  return reset ? `must be ${IDS[reset].example}` : `must be a period, such as ${ALL_TIME}`;
}

/** The same for an id that must be one of a board with this reset. Ids of one reset are in the order of their times. */
export function problemOfOwnPeriodId(reset: BoardReset, period: string): string | undefined {
  const { form, format, example } = IDS[reset];
  return form.test(period) && DateTime.fromFormat(period, format, { zone: 'utc' }).isValid ? undefined : `must be ${example}`;
}
