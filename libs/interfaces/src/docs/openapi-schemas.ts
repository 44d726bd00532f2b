import { LEDGER_EVENT_TYPES, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { problemSchema } from '../http/problem-schema';
import { userIdSchema } from '../http/user-id';
import { claimedSchema, claimSchema } from '../auth/claim.request';
import { hidingSchema, reversalSchema } from '../moderation/moderation.requests';
import { playerPageSchema } from '../people/player-page.request';
import { profileSchema } from '../people/profile.request';
import { actionTokenSchema, issueActionSchema } from '../scores/issue-action.request';
import { receiptSchema, updateScoreSchema } from '../scores/update-score.request';
import { batchResultsSchema, updateScoresSchema } from '../scores/update-scores.request';
import { DESK_BODIES } from './openapi-desk-schemas';
import { FLAG_BODIES } from './openapi-flag-schemas';

const score = z.int();
const rank = z.int().min(1);
/** Present if the user has them. */
const profile = { name: z.string().optional(), avatarUrl: z.string().optional() };
/** Of the events that moved points from a guest to a player. */
const moved = {
  movedFrom: z.uuid().optional().describe('The points came from a guest whom the player claimed: the guest\'s command'),
  movedTo: z.uuid().optional().describe('The points went to the player who claimed this guest: the player\'s event'),
};
export const rankedSchema = z.object({ rank, userId: userIdSchema, score, ...profile });
/** A user's own score and rank; rank is null if the user is not ranked. */
export const meSchema = rankedSchema.extend({ rank: rank.nullable() });
/** The same among all ranked users, `players`. */
const placeSchema = meSchema.extend({ players: z.int() });
const periodSchema = z.object({
  id: z.string(),
  start: z.iso.datetime().nullable(),
  end: z.iso.datetime().nullable(),
  countsFrom: z.iso.datetime().optional().describe('Present if the board was added when the period had begun, and is not filled yet: the period counts what was applied after this moment'),
});
const boardsSchema = z.array(
  z.object({ id: z.string(), reset: z.enum(['daily', 'weekly', 'monthly', 'yearly']).optional(), timezone: z.string().optional(), period: periodSchema.optional(), players: z.int() }),
);
const periodsSchema = z.array(periodSchema.extend({ closedAt: z.iso.datetime().nullable() }));
const topSchema = z.array(z.object({ userId: userIdSchema, score, ...profile })).max(MAX_TOP);
const outcomeSchema = z.object({
  commandId: z.uuid(),
  status: z.enum(['applied', 'rejected']),
  score: score.optional(),
  reason: z.enum(['key-conflict', 'total-limit', 'unprocessable', 'malformed']).optional(),
});
const historySchema = z.object({
  items: z.array(
    z.object({
      commandId: z.uuid(),
      scoreIncrement: z.int(),
      scoreAfter: score,
      action: z.string().optional(),
      reverses: z.uuid().optional(),
      ...moved,
      at: z.iso.datetime(),
    }),
  ),
  next: z.string().nullable(),
});
const hiddenSchema = z.object({
  items: z.array(z.object({ userId: userIdSchema, since: z.iso.datetime(), reason: z.string().nullable(), by: z.string().nullable() })),
  next: z.string().nullable(),
});
const eventsSchema = z.object({
  items: z.array(
    z.object({
      id: z.string().describe('The same for every reader, at any time'),
      sequence: z.int().describe('The number in the ledger; an update and what it changes in the top ten share one'),
      type: z.enum(LEDGER_EVENT_TYPES),
      at: z.iso.datetime(),
      userId: userIdSchema.optional().describe('Absent in board.closed'),
      commandId: z.uuid().optional(),
      scoreIncrement: z.int().optional(),
      score: score.optional(),
      action: z.string().optional(),
      reverses: z.uuid().optional(),
      ...moved,
      rank: rank.optional(),
      board: z.string().optional().describe('board.closed: whose period was closed'),
      period: z.string().optional(),
      start: z.iso.datetime().nullable().optional(),
      end: z.iso.datetime().nullable().optional(),
      closedAt: z.iso.datetime().optional(),
      players: z.int().optional(),
      entries: z.array(z.object({ rank, userId: userIdSchema, score })).max(MAX_TOP).optional().describe('The first 100, best first'),
      flag: z.int().optional().describe('player.flagged, flag.cleared, flag.confirmed, flag.reopened: which flag'),
      rule: z.string().optional(),
      weight: z.int().optional(),
      reason: z.string().optional(),
      holds: z.boolean().optional().describe('Whether the player is on no board while the flag is open'),
    }),
  ),
  next: z.string().describe('The value of after for the next request'),
});
const userProfileSchema = z.object({ userId: userIdSchema, ...profile });
const playerPageAnswerSchema = userProfileSchema.extend({
  places: z.array(z.object({ board: z.string(), period: z.string().optional(), score, rank, players: z.int() })).describe('global first; of other boards the current period'),
  activity: z
    .object({
      days: z.array(z.object({ date: z.iso.date(), score })).describe('The score at the end of each of the last 30 days (UTC), of today: now'),
      actions: z.array(z.object({ action: z.string(), points: z.int() })).describe('The five actions that brought most in the newest 1,000 events'),
    })
    .optional()
    .describe('Only where the player, or else the operator, shows it'),
});
const reversedSchema = z.object({ reversed: z.int(), points: z.int() });
const guestSchema = z.object({ token: z.string(), userId: userIdSchema, expiresIn: z.int() });
const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), use: z.literal('sig'), alg: z.enum(['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA']) })) });
const tokenSchema = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int(), scope: z.string() });
const oauthErrorSchema = z.object({ error: z.enum(['invalid_request', 'invalid_client', 'invalid_scope', 'unsupported_grant_type']), error_description: z.string() });
const tokenRequestSchema = z.object({
  grant_type: z.literal('client_credentials'),
  scope: z.string().optional().describe('Some of the client\'s scopes, separated by spaces; default: all of them'),
  client_id: z.string().optional().describe('With client_secret, instead of HTTP Basic'),
  client_secret: z.string().optional(),
});
/** The bodies of requests and answers, by the name that clients generated from the document give them. */
const bodies = (maxIncrement: number) => ({
  ScoreUpdate: updateScoreSchema(maxIncrement),
  Receipt: receiptSchema,
  ScoreUpdates: updateScoresSchema(maxIncrement),
  ScoreResults: batchResultsSchema,
  CommandResult: outcomeSchema,
  Top: topSchema,
  Place: placeSchema,
  Ranks: z.array(rankedSchema),
  Boards: boardsSchema,
  Periods: periodsSchema,
  History: historySchema,
  TokenRequest: tokenRequestSchema,
  Token: tokenSchema,
  OAuthError: oauthErrorSchema,
  Guest: guestSchema,
  GuestClaimRequest: claimSchema,
  GuestClaim: claimedSchema,
  KeySet: keySetSchema,
  ActionRequest: issueActionSchema(maxIncrement),
  ActionToken: actionTokenSchema,
  ReversalRequest: reversalSchema,
  Reversal: reversedSchema,
  HidingRequest: hidingSchema,
  HiddenUsers: hiddenSchema,
  Events: eventsSchema,
  PlayerPage: playerPageAnswerSchema,
  PlayerPageChange: playerPageSchema,
  ProfileChange: profileSchema,
  Profile: userProfileSchema,
  Profiles: z.array(userProfileSchema),
  ...DESK_BODIES,
  ...FLAG_BODIES,
  Problem: problemSchema,
});

export type BodyName = keyof ReturnType<typeof bodies>;

export const bodySchemas = (maxIncrement: number): Record<BodyName, object> => {
  const all = Object.entries(bodies(maxIncrement)) as [BodyName, z.ZodType][];
  return Object.fromEntries(all.map(([name, schema]) => [name, jsonSchema(schema)])) as Record<BodyName, object>;
};

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...content } = z.toJSONSchema(schema, { io: 'input' });
  return content;
}
