import { Refusal } from '@scoreboard/domain';
import { z } from 'zod';
import { userIdSchema } from '../http/user-id';

/** The body of an update; `maxIncrement` is the setting `MAX_SCORE_INCREMENT`. */
export const updateScoreSchema = (maxIncrement: number) =>
  z.strictObject({
    userId: userIdSchema,
    scoreIncrement: z.int('must be a whole number').min(1, 'must be at least 1').max(maxIncrement, `must be at most ${maxIncrement}`),
  });

export type UpdateScoreRequest = z.output<ReturnType<typeof updateScoreSchema>>;

export const receiptSchema = z.object({
  commandId: z.uuid(),
  userId: userIdSchema,
  scoreIncrement: z.int(),
  status: z.enum(['accepted', 'applied']),
  score: z.int().optional(),
  rank: z.int().nullable().optional(),
});

/** 1 to 255 visible ASCII characters. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && IDEMPOTENCY_KEY.test(header)) return header;
  throw new Refusal('invalid-request', { detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.' });
}

/**
 * Reads `Prefer: wait=<seconds>` (RFC 7240), 1 to 10. Returns milliseconds, 0 without a wait. A preference is not a
 * requirement: a malformed or out-of-range wait counts as none, and other preferences are ignored.
 */
export function readWait(header: string | string[] | undefined): number {
  if (header === undefined) return 0;
  const wait = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,2})"?\s*(?:$|[,;])/i.exec(String(header));
  const seconds = Number(wait?.[1] ?? 0);
  return seconds >= 1 && seconds <= 10 ? seconds * 1_000 : 0;
}
