import type { ReversalRequest } from '@scoreboard/application';
import { z } from 'zod';
import { invalid } from '../http/schema.pipe';
import { userIdSchema } from '../http/user-id';
import { commandIdSchema } from '../scores/history.request';

/** Stored in the audit log, which takes no control characters. */
export const reasonSchema = z
  .string('must be a string')
  .trim()
  .regex(/^\P{Cc}{1,500}$/u, 'must be 1 to 500 characters, without control characters');
export const momentSchema = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 date and time' }).transform((text) => new Date(text));
export const actionSchema = z.string('must be a string').regex(/^\P{Cc}{1,64}$/u, 'must be 1 to 64 characters, without control characters');

/** The body of a reversal: `commandId`, or `userId` with optional filters. With `dryRun` nothing changes, and the answer says what would be reversed. */
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
      for (const [path, value] of Object.entries({ userId, ...window })) if (value !== undefined) refuse(path, 'must not be combined with commandId');
      return { commandId, reason, dryRun };
    }
    if (userId === undefined) refuse('commandId', 'is required, or userId');
    if (window.from && window.to && window.from >= window.to) refuse('to', 'must be later than from');
    return { userId: userId!, ...window, reason, dryRun };
  });

export const hidingSchema = z.strictObject({ reason: reasonSchema });

export type HidingRequest = z.output<typeof hidingSchema>;

const perhapsReason = { reason: reasonSchema.optional() };

/** The body of a DELETE. Many clients and proxies drop it, so it is optional. */
export const deletionBodySchema = z.strictObject(perhapsReason).nullish();

/** The query of a DELETE, which may hold the reason instead. */
export const deletionQuerySchema = z.object(perhapsReason);

/** The reason for a deletion, from the body or the query. If both have one, they must be equal. */
export function reasonOf(body: z.output<typeof deletionBodySchema>, query: z.output<typeof deletionQuerySchema>): string {
  const reason = body?.reason ?? query.reason;
  if (reason === undefined) throw wrongReason('is required, in the body or in the query');
  if (query.reason !== undefined && query.reason !== reason) throw wrongReason('must be the same in the body and in the query');
  return reason;
}

const wrongReason = (message: string) => invalid([{ path: 'reason', message }]);
