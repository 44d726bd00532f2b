import { Refusal } from '@scoreboard/domain';
import { z } from 'zod';
import { problemSchema } from '../http/problem-schema';
import { IDEMPOTENCY_KEY, receiptSchema, updateScoreSchema } from './update-score.request';

/** As many as one message of the queue holds. */
export const MAX_UPDATES = 500;

/** For `@RouteConfig`: 500 updates with the longest user ids and keys. */
export const READS_BATCHES = { bodyLimit: 512 * 1024 };

/** One update of a batch: what `POST /api/scores/update` takes, with its key. */
export const batchedUpdateSchema = (maxIncrement: number) =>
  updateScoreSchema(maxIncrement).extend({ idempotencyKey: z.string().regex(IDEMPOTENCY_KEY, 'must be 1 to 255 visible ASCII characters').optional() });

/** The body without its updates: each of them is valid or not on its own. */
export const batchSchema = z.strictObject({
  updates: z.array(z.unknown(), 'must be a list of updates').min(1, 'must have at least 1 update').max(MAX_UPDATES, `must have at most ${MAX_UPDATES} updates`),
});

/** The body, for the API document. */
export const updateScoresSchema = (maxIncrement: number) => z.strictObject({ updates: z.array(batchedUpdateSchema(maxIncrement)).min(1).max(MAX_UPDATES) });

export type BatchedUpdate = z.output<ReturnType<typeof batchedUpdateSchema>>;

/** An update of a batch, or the refusal of one that is not valid. */
export type ReadUpdate = BatchedUpdate | Refusal;

export const batchResultsSchema = z.object({
  results: z.array(
    z.object({
      status: z.int().describe('The status with which POST /api/scores/update answers this update'),
      retryAfter: z.int().optional().describe('With 429 and 503: seconds to wait before the update is sent again'),
      body: z.union([receiptSchema, problemSchema]),
    }),
  ),
});
