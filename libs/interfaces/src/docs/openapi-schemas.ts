import { MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { userIdSchema } from '../scores/update-score.request';

const score = z.int();
const rank = z.int().min(1);
export const rankedSchema = z.object({ rank, userId: userIdSchema, score });
/** A user's own score and rank; rank is null if the user is not ranked. */
export const meSchema = rankedSchema.extend({ rank: rank.nullable() });
export const topSchema = z.array(z.object({ userId: userIdSchema, score })).max(MAX_TOP);
export const outcomeSchema = z.object({
  commandId: z.uuid(),
  status: z.enum(['applied', 'rejected']),
  score: score.optional(),
  reason: z.enum(['key-conflict', 'total-limit', 'unprocessable', 'malformed']).optional(),
});
export const historySchema = z.object({
  items: z.array(
    z.object({
      commandId: z.uuid(),
      scoreIncrement: z.int(),
      scoreAfter: score,
      action: z.string().optional(),
      reverses: z.uuid().optional(),
      at: z.iso.datetime(),
    }),
  ),
  next: z.string().nullable(),
});
export const hiddenSchema = z.object({
  items: z.array(z.object({ userId: userIdSchema, since: z.iso.datetime(), reason: z.string().nullable(), by: z.string().nullable() })),
  next: z.string().nullable(),
});
export const reversedSchema = z.object({ reversed: z.int(), points: z.int() });
export const guestSchema = z.object({ token: z.string(), userId: userIdSchema, expiresIn: z.int() });
export const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), use: z.literal('sig'), alg: z.enum(['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA']) })) });
export const tokenSchema = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int(), scope: z.string() });
export const oauthErrorSchema = z.object({ error: z.enum(['invalid_request', 'invalid_client', 'invalid_scope', 'unsupported_grant_type']), error_description: z.string() });
export const tokenRequestSchema = z.object({
  grant_type: z.literal('client_credentials'),
  scope: z.string().optional().describe('Some of the client\'s scopes, separated by spaces; default: all of them'),
  client_id: z.string().optional().describe('With client_secret, instead of HTTP Basic'),
  client_secret: z.string().optional(),
});
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
