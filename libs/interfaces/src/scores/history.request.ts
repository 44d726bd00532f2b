import { z } from 'zod';
import { wholeNumber } from '../http/query';

export const commandIdSchema = z.uuid('must be a UUID').toLowerCase();

/** A cursor is the sequence number of the last item on a page, encoded to be opaque. */
export const encodeCursor = (seq: number): string => Buffer.from(String(seq)).toString('base64url');

const cursorSchema = z.string().transform((text, context) => {
  const seq = Number(Buffer.from(text, 'base64url').toString());
  if (Number.isSafeInteger(seq) && seq > 0 && encodeCursor(seq) === text) return seq;
  context.addIssue({ code: 'custom', message: 'must be the value of next from an earlier page' });
  return z.NEVER;
});

export const historyQuerySchema = z.object({ limit: wholeNumber(1, 100).default(50), cursor: cursorSchema.optional() });

export type HistoryQuery = z.output<typeof historyQuerySchema>;
