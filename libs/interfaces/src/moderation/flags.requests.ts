import { FLAG_STATES, type FlagPosition } from '@scoreboard/application';
import { z } from 'zod';
import { wholeNumber } from '../http/query';
import { reasonSchema } from './moderation.requests';

/** An opaque cursor: the place of the last flag of a page. */
export const encodeFlagPosition = ({ weight, id }: FlagPosition): string => Buffer.from(`${weight}-${id}`).toString('base64url');

const positionSchema = z.string('must be given once').transform((cursor, context): FlagPosition => {
  const [, weight, id] = /^(\d{1,3})-(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const position = { weight: Number(weight), id: Number(id) };
  if (id !== undefined && encodeFlagPosition(position) === cursor) return position;
  context.addIssue({ code: 'custom', message: 'must be the value of next from an earlier page' });
  return z.NEVER;
});

export const flagsQuerySchema = z.object({
  state: z.enum(FLAG_STATES, `must be one of ${FLAG_STATES.join(', ')}`).default('open'),
  limit: wholeNumber(1, 100).default(50),
  cursor: positionSchema.optional(),
});

export const flagIdSchema = z.string().regex(/^[1-9]\d{0,14}$/, 'must be the id of a flag').transform(Number);

/** The reason of a decision. It is optional: most flags are decided about by one look. */
export const decisionSchema = z.strictObject({ reason: reasonSchema.optional() }).nullish();
