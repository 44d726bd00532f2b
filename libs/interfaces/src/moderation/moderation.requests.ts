import type { ReversalRequest } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { z } from 'zod';
import { commandIdSchema } from '../scores/history.request';
import { userIdSchema } from '../scores/update-score.request';

/** Kept in the audit log; a control character has no place there. */
const reasonSchema = z
  .string('must be a text')
  .trim()
  .regex(/^\P{Cc}{1,500}$/u, 'must be 1 to 500 characters, none of them a control character');
const momentSchema = z.iso.datetime({ offset: true, error: 'must be a time as in RFC 3339' }).transform((text) => new Date(text));
const actionSchema = z.string('must be a text').regex(/^\P{Cc}{1,64}$/u, 'must be 1 to 64 characters');

/** The body of a reversal: `commandId`, or `userId` with the window that is meant. `dryRun` changes nothing and tells what would be taken back. */
export const reversalSchema = z
  .strictObject({
    commandId: commandIdSchema.optional(),
    userId: userIdSchema.optional(),
    from: momentSchema.optional(),
    to: momentSchema.optional(),
    action: actionSchema.optional(),
    reason: reasonSchema,
    dryRun: z.boolean('must be true or false').default(false),
  })
  .transform(({ commandId, userId, reason, dryRun, ...window }, context): ReversalRequest => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (commandId !== undefined) {
      for (const [path, value] of Object.entries({ userId, ...window })) if (value !== undefined) refuse(path, 'does not go with commandId');
      return { commandId, reason, dryRun };
    }
    if (userId === undefined) refuse('commandId', 'must be given, or userId');
    if (window.from && window.to && window.from >= window.to) refuse('to', 'must be later than from');
    return { userId: userId!, ...window, reason, dryRun };
  });

export const hidingSchema = z.strictObject({ reason: reasonSchema });

export type HidingRequest = z.output<typeof hidingSchema>;

const perhapsReason = { reason: reasonSchema.optional() };

/** The body of a DELETE: many clients and proxies drop it, so it may be absent. */
export const deletionBodySchema = z.strictObject(perhapsReason).nullish();

/** The query of a DELETE, where the reason may stand as well. */
export const deletionQuerySchema = z.object(perhapsReason);

/** The reason for a deletion, from its body or its query; where both name one, it must be the same. */
export function reasonOf(body: z.output<typeof deletionBodySchema>, query: z.output<typeof deletionQuerySchema>): string {
  const reason = body?.reason ?? query.reason;
  if (reason === undefined) throw wrongReason('must be given, in the body or in the query');
  if (query.reason !== undefined && query.reason !== reason) throw wrongReason('must be the same in the body and in the query');
  return reason;
}

const wrongReason = (message: string) => new Refusal('invalid-request', { detail: 'See errors for each wrong field.', errors: [{ path: 'reason', message }] });
