import { z } from 'zod';

/** `Problem`, for the API document. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  outcome: z.enum(['refused', 'unknown']).optional(),
  commandId: z.uuid().optional(),
  reason: z.string().optional().describe('Why an update was rejected'),
});
