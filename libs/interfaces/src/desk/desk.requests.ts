import { type AuditPosition, CONSUMER_NAME } from '@scoreboard/application';
import { type EventPosition, positionOf } from '@scoreboard/domain';
import { z } from 'zod';
import { wholeNumber } from '../http/query';
import { momentSchema } from '../moderation/moderation.requests';
import { commandIdSchema } from '../scores/history.request';

const text = z.string('must be given once').regex(/^\P{Cc}{1,255}$/u, 'must be 1 to 255 characters, without control characters');

/** An opaque cursor: the position of the last entry of a page. */
export const encodePosition = ({ micros, place }: AuditPosition): string => Buffer.from(`${micros}-${place}`).toString('base64url');

const positionSchema = z.string('must be given once').transform((cursor, context): AuditPosition => {
  const [, micros, place] = /^(\d{1,16})-(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const position = { micros: Number(micros), place: Number(place) };
  if (Number.isSafeInteger(position.micros) && encodePosition(position) === cursor) return position;
  context.addIssue({ code: 'custom', message: 'must be the value of next from an earlier page' });
  return z.NEVER;
});

export const auditQuerySchema = z
  .object({
    act: text.optional(),
    actor: text.optional(),
    target: text.optional(),
    from: momentSchema.optional(),
    to: momentSchema.optional(),
    limit: wholeNumber(1, 100).default(50),
    cursor: positionSchema.optional(),
  })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], message: 'must be later than from' });

export type AuditQuery = z.output<typeof auditQuerySchema>;

export const lettersQuerySchema = z.object({ limit: wholeNumber(1, 100).default(50) });

const dryRun = z.boolean('must be true or false').default(false);
const expected = z.int('must be a whole number').min(1, 'must be at least 1').optional();
const all = z.literal(true, 'must be true').optional();

/** Exactly one of `all` and `one`, so that a forgotten field does not mean everything. */
const oneOrAll = (one: string) => (body: Readonly<Record<string, unknown>>) => (body.all === undefined) !== (body[one] === undefined);
/** What is dropped is lost, so the operator says how much that is. */
const isConfirmed = (body: { readonly dryRun: boolean; readonly expected?: number | undefined }) => body.dryRun || body.expected !== undefined;
const UNCONFIRMED = { path: ['expected'], message: 'is required: the number that a dry run has answered' };

const letters = { all, commandId: commandIdSchema.optional(), dryRun };
const NO_LETTER = { path: ['commandId'], message: 'is required, or all, not both' };
export const replaySchema = z.strictObject(letters).refine(oneOrAll('commandId'), NO_LETTER);
export const dropSchema = z.strictObject({ ...letters, expected }).refine(oneOrAll('commandId'), NO_LETTER).refine(isConfirmed, UNCONFIRMED);

export const consumerSchema = z.string().regex(CONSUMER_NAME, 'must be the name of a consumer');
const eventSchema = z.string('must be a string').transform((id, context): EventPosition => {
  const position = positionOf(id);
  if (position) return position;
  context.addIssue({ code: 'custom', message: 'must be the id of an event' });
  return z.NEVER;
});
const events = { all, event: eventSchema.optional(), dryRun };
const NO_EVENT = { path: ['event'], message: 'is required, or all, not both' };
export const retryEventsSchema = z.strictObject(events).refine(oneOrAll('event'), NO_EVENT);
export const dropEventsSchema = z.strictObject({ ...events, expected }).refine(oneOrAll('event'), NO_EVENT).refine(isConfirmed, UNCONFIRMED);
