import type { ActionLimit } from '@scoreboard/application';
import { ACTION_NAME } from '@scoreboard/domain';
import { z } from 'zod';
import { jsonFile } from './json-file';

const whole = (max: number) => z.int(`must be a whole number from 1 to ${max}`).min(1, `must be a whole number from 1 to ${max}`).max(max, `must be a whole number from 1 to ${max}`);

const limits = z.record(
  z.string().regex(ACTION_NAME, 'is not a valid action name: 1 to 64 characters of A-Z a-z 0-9 . _ : @ | + -, starting with a letter, a digit, _ or -'),
  z.strictObject({ maxIncrement: whole(Number.MAX_SAFE_INTEGER).optional(), perMinute: whole(10_000).optional() }, 'must be an object with maxIncrement, perMinute, both or neither'),
  'must be an object: {"<action>": {"maxIncrement": 50, "perMinute": 30}}',
);

/** The limits of each action, from a JSON file. */
export const actionLimitsFile = jsonFile(limits).transform((found): ReadonlyMap<string, ActionLimit> => new Map(Object.entries(found)));
