import { z } from 'zod';

/** The body of a claim. */
export const claimSchema = z.strictObject({
  guestToken: z.string('must be a string').min(1, 'must not be empty').describe('The token of the guest, from POST /api/auth/guest'),
});

export type ClaimRequest = z.output<typeof claimSchema>;

/** The answer to a claim. */
export const claimedSchema = z.object({ userId: z.string(), points: z.int(), updates: z.int() });
