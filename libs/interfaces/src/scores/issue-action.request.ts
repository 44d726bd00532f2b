import { ACTION_NAME } from '@scoreboard/domain';
import { z } from 'zod';
import { userIdSchema } from '../http/user-id';

const DAY_SECONDS = 24 * 60 * 60;

/** The body of a request for an action token; `maxIncrement` is the setting `MAX_SCORE_INCREMENT`. */
export const issueActionSchema = (maxIncrement: number) =>
  z.strictObject({
    userId: userIdSchema,
    action: z.string().regex(ACTION_NAME, 'must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ | + -, and start with a letter, a digit, _ or -'),
    maxIncrement: z.int('must be a whole number').min(1, 'must be at least 1').max(maxIncrement, `must be at most ${maxIncrement}`),
    expiresIn: z.int('must be a whole number of seconds').min(1, 'must be at least 1').max(DAY_SECONDS, `must be at most ${DAY_SECONDS}`),
  });

export type IssueActionRequest = z.output<ReturnType<typeof issueActionSchema>>;

export const actionTokenSchema = z.object({ actionToken: z.string(), expiresIn: z.int() });
