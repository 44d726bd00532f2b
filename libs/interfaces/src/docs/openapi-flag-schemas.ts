import { FLAG_STATES } from '@scoreboard/application';
import { z } from 'zod';
import { userIdSchema } from '../http/user-id';
import { decisionSchema } from '../moderation/flags.requests';

const at = z.iso.datetime();
const flagSchema = z.object({
  id: z.int(),
  userId: userIdSchema,
  rule: z.string(),
  weight: z.int(),
  reason: z.string(),
  holds: z.boolean().describe('Whether the player is on no board while the flag is open'),
  state: z.enum(FLAG_STATES),
  raisedAt: at,
  updates: z.int(),
  points: z.int(),
  settled: z.object({ by: z.string(), at, note: z.string() }).nullable().describe('The last decision'),
});

/** The bodies of flags, by name. */
export const FLAG_BODIES = {
  Flags: z.object({ items: z.array(flagSchema), next: z.string().nullable() }),
  FlagDecision: decisionSchema.unwrap().unwrap(),
  DecidedFlag: z.object({ flag: flagSchema, updates: z.int(), points: z.int() }),
};

const noon = '2026-11-28T12:00:00.000Z';
const flag = { id: 7, userId: 'alice', rule: 'leap', weight: 9, reason: "500 points at once, and the median of the player's updates is 10 (at most 20 times that)", holds: true, raisedAt: noon, updates: 1, points: 500 };

/** One example of each. */
export const FLAG_EXAMPLES: Record<keyof typeof FLAG_BODIES, unknown> = {
  Flags: { items: [{ ...flag, state: 'open', settled: null }], next: null },
  FlagDecision: { reason: 'A good player' },
  DecidedFlag: { flag: { ...flag, state: 'confirmed', settled: { by: 'moderator-1', at: noon, note: 'A bot' } }, updates: 1, points: 500 },
};
