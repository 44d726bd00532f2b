import { BOARD_ID, type BoardDefinition, GLOBAL_BOARD, WEEKDAYS } from '@scoreboard/domain';
import { z } from 'zod';
import { jsonFile } from './json-file';

const RESETS = ['daily', 'weekly', 'monthly', 'yearly'] as const;
const ACTION = /^[A-Za-z0-9_-][A-Za-z0-9._:@|+-]{0,63}\*?$/;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /^[A-Za-z]/.test(zone); // not an offset
  } catch {
    return false; // a RangeError: it is unknown
  }
}

const moment = z.iso.datetime({ offset: true, error: 'must be a time in RFC 3339, such as 2026-12-01T00:00:00Z' }).transform((text) => Date.parse(text));

const board = z
  .strictObject({
    id: z.string('must be a string').regex(BOARD_ID, 'must be 1 to 32 of a-z, 0-9 and -').refine((id) => id !== GLOBAL_BOARD, 'must not be global, which is always there'),
    reset: z.enum(RESETS, `must be ${RESETS.join(', ')}, or left out`).optional(),
    timezone: z.string('must be a string').refine(isZone, 'must be an IANA time zone, such as Europe/Berlin').default('UTC'),
    weekStartsOn: z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(', ')}`).optional(),
    from: moment.optional(),
    to: moment.optional(),
    actions: z.array(z.string().regex(ACTION, 'must be an action, or the beginning of actions followed by *')).min(1, 'must name at least one action').optional(),
    keep: z.int('must be a whole number').min(0, 'must be 0 or more').max(1_000, 'must be at most 1000').default(12),
  })
  .superRefine(({ reset, weekStartsOn, from, to }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (weekStartsOn && reset !== 'weekly') complain('weekStartsOn', 'requires reset weekly');
    if ((from === undefined) !== (to === undefined)) complain(from === undefined ? 'from' : 'to', 'is required: a season has from and to');
    if (reset && from !== undefined) complain('reset', 'must be left out: a season does not reset');
    if (from !== undefined && to !== undefined && from >= to) complain('to', 'must be after from');
  });

const boards = z.array(board, 'must be an array of boards: [{"id": "week", "reset": "weekly"}]').superRefine((all, context) => {
  all.forEach(({ id }, place) => {
    if (all.findIndex((other) => other.id === id) < place) context.addIssue({ code: 'custom', path: [place, 'id'], message: 'is the id of another board' });
  });
});

/** The boards, from a JSON file. */
export const boardsFile = jsonFile(boards).transform((found): readonly BoardDefinition[] => found);

/** The boards of a standalone without a file. */
export const STANDALONE_BOARDS: readonly BoardDefinition[] = (
  [
    ['day', 'daily'],
    ['week', 'weekly'],
    ['month', 'monthly'],
  ] as const
).map(([id, reset]) => ({ id, reset, timezone: 'UTC', keep: 12 }));
