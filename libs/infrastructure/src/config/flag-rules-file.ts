import type { FlagRule } from '@scoreboard/application';
import { z } from 'zod';
import { jsonFile } from './json-file';

const ACTION = /^[A-Za-z0-9_-][A-Za-z0-9._:@|+-]{0,63}\*?$/;
/** A player's past is read that far back. */
const MAX_UPDATES = 499;
const DAY = 86_400;

const whole = (max: number) => {
  const message = `must be a whole number from 1 to ${max}`;
  return z.int(message).min(1, message).max(max, message);
};
const number = (min: number, max: number) => {
  const message = `must be a number from ${min} to ${max}`;
  return z.number(message).min(min, message).max(max, message);
};
const actions = z.array(z.string('must be an action').regex(ACTION, 'must be an action, or the beginning of actions followed by *'), 'must be a list of actions').min(1, 'must name at least one action');

const base = {
  id: z.string('must be a string').regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z 0-9 -, beginning with a letter or a digit'),
  weight: whole(100).default(1),
  effect: z.enum(['mark', 'hold'], 'must be mark or hold').default('mark'),
};

const rate = z.strictObject({ ...base, kind: z.literal('rate'), seconds: number(1, DAY), maxUpdates: whole(MAX_UPDATES).optional(), maxPoints: whole(Number.MAX_SAFE_INTEGER).optional(), actions: actions.optional() });
const jump = z.strictObject({ ...base, kind: z.literal('jump'), timesOwn: number(1, 1_000_000).optional(), timesBoard: number(1, 1_000_000).optional(), atLeast: whole(Number.MAX_SAFE_INTEGER).default(1), actions: actions.optional() });
const interval = z.strictObject({ ...base, kind: z.literal('interval'), seconds: number(0.1, DAY), actions });

const messageOfRule = ({ code }: { readonly code?: string }) => (code === 'invalid_union' ? 'must be rate, jump or interval' : 'must be an object with kind rate, jump or interval');

const rule = z.discriminatedUnion('kind', [rate, jump, interval], { error: messageOfRule }).superRefine((found, context) => {
  const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (found.kind === 'rate' && found.maxUpdates === undefined && found.maxPoints === undefined) complain('maxUpdates', 'is required, or maxPoints');
  if (found.kind === 'jump' && found.timesOwn === undefined && found.timesBoard === undefined) complain('timesOwn', 'is required, or timesBoard');
});

const rules = z
  .array(rule, 'must be a list of rules: [{"id": "burst", "kind": "rate", "seconds": 60, "maxUpdates": 30}]')
  .max(20, 'must have at most 20 rules')
  .superRefine((all, context) => {
    all.forEach(({ id }, place) => {
      if (all.findIndex((other) => other.id === id) < place) context.addIssue({ code: 'custom', path: [place, 'id'], message: 'is the id of another rule' });
    });
  });

/** The rules that flag suspicious points, from a JSON file. */
export const flagRulesFile = jsonFile(rules).transform((found) => found as readonly FlagRule[]);
