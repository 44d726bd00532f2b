import { BOARD_SIZE, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { deletionQuerySchema, hidingSchema, reversalSchema } from '../moderation/moderation.requests';
import { actionTokenSchema, issueActionSchema } from '../scores/issue-action.request';
import { receiptSchema, updateScoreSchema, userIdSchema } from '../scores/update-score.request';

export interface OpenApiOptions {
  readonly maxIncrement: number;
}

const score = z.int();
const rank = z.int().min(1);
export const rankedSchema = z.object({ rank, userId: userIdSchema, score });
/** A user's own score and rank; `rank` is null if the user has none. */
export const meSchema = rankedSchema.extend({ rank: rank.nullable() });
const topSchema = z.array(z.object({ userId: userIdSchema, score })).max(MAX_TOP);
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
      at: z.iso.datetime(),
    }),
  ),
  next: z.string().nullable(),
});
const hiddenSchema = z.object({
  items: z.array(z.object({ userId: userIdSchema, since: z.iso.datetime(), reason: z.string().nullable(), by: z.string().nullable() })),
  next: z.string().nullable(),
});
const reversedSchema = z.object({ reversed: z.int(), points: z.int() });
const guestSchema = z.object({ token: z.string(), userId: userIdSchema, expiresIn: z.int() });
const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), use: z.literal('sig'), alg: z.enum(['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA']) })) });
const tokenSchema = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int(), scope: z.string() });
const oauthErrorSchema = z.object({ error: z.enum(['invalid_request', 'invalid_client', 'invalid_scope', 'unsupported_grant_type']), error_description: z.string() });
const tokenRequestSchema = z.object({
  grant_type: z.literal('client_credentials'),
  scope: z.string().optional().describe('Space-separated subset of the client\'s scopes; default: all of them'),
  client_id: z.string().optional().describe('Together with client_secret, instead of HTTP Basic'),
  client_secret: z.string().optional(),
});
const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  outcome: z.enum(['refused', 'unknown']).optional(),
  commandId: z.uuid().optional(),
  reason: z.string().optional().describe('Why the update was rejected'),
});

const PROBLEMS: Record<number, string> = {
  400: 'Invalid request; errors lists each invalid field',
  401: 'Missing or invalid token',
  403: 'The token does not grant this',
  404: 'Not found',
  413: 'The body is larger than 16 KiB',
  415: 'The body is not application/json',
  422: 'The Idempotency-Key was used before with another body; or the update was rejected and can never be applied (see reason)',
  429: 'Rate limit exceeded; see Retry-After',
  503: 'Temporarily unavailable; see Retry-After. For an update, outcome says whether it was certainly not queued (refused) or may have been (unknown)',
};

const json = (schema: z.ZodType) => {
  const { $schema: _dialect, ...content } = z.toJSONSchema(schema, { io: 'input' });
  return { 'application/json': { schema: content } };
};
const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
const problems = (...codes: number[]) =>
  Object.fromEntries(
    codes.map((code) => [code, { description: PROBLEMS[code], headers: REQUEST_ID, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }]),
  );
const answers = (status: number, description: string, schema: z.ZodType, ...codes: number[]) => ({
  [status]: { description, headers: REQUEST_ID, content: json(schema) },
  ...problems(...codes),
});
const parameter = (where: 'path' | 'query' | 'header', name: string, description: string, schema: object) => ({
  in: where,
  name,
  description,
  required: where === 'path',
  schema,
});
const userParameter = parameter('path', 'userId', 'User id', { type: 'string' });
const pageParameters = [
  parameter('query', 'limit', 'Number of items', { type: 'integer', minimum: 1, maximum: 100, default: 50 }),
  parameter('query', 'cursor', 'The value of next from the previous page', { type: 'string' }),
];
const bearer = [{ bearer: [] }];

const hiding = (summary: string, description: string, request: object) => ({
  summary,
  description,
  security: bearer,
  parameters: [userParameter],
  ...request,
  responses: { 204: { description: 'Done, or nothing to do', headers: REQUEST_ID }, ...problems(400, 401, 403, 413, 415, 503) },
});

const DESCRIPTION = `Applies each score update exactly once and serves the live top ten. Socket.IO: namespace /ws/scores.

Every response has the header X-Request-Id, 32 hexadecimal digits: the trace id of the request's traceparent (W3C Trace Context); without
one, the request's own X-Request-Id if it is 32 hexadecimal digits or a UUID; otherwise a new id.`;

/** The OpenAPI 3.1 document of the HTTP API, generated from the schemas that validate the requests. */
export const openApiDocument = ({ maxIncrement }: OpenApiOptions) => ({
  openapi: '3.1.0',
  info: { title: 'Scoreboard', version: '1', description: DESCRIPTION },
  components: {
    securitySchemes: { basic: { type: 'http', scheme: 'basic' }, bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    headers: { RequestId: { description: 'Identifies the request in logs and in the ledger; on every response', schema: { type: 'string', pattern: '^[0-9a-f]{32}$' } } },
    schemas: { Problem: z.toJSONSchema(problemSchema) },
  },
  paths: {
    '/api/scores/update': {
      post: {
        summary: 'Raise a score',
        description: 'A 201 means that the update is queued durably and will be applied exactly once. An action token acts as its own Idempotency-Key.',
        security: bearer,
        parameters: [
          parameter('header', 'Idempotency-Key', '1 to 255 visible ASCII characters. An update that is retried with the same key counts once', { type: 'string' }),
          parameter('header', 'Prefer', 'wait=<seconds, 1 to 10>: respond once the update is applied', { type: 'string', examples: ['wait=2'] }),
          parameter('header', 'traceparent', 'W3C Trace Context: its trace id becomes the request id', { type: 'string' }),
          parameter('header', 'X-Request-Id', 'The request id if there is no traceparent', { type: 'string', pattern: '^[0-9a-fA-F-]{32,36}$' }),
        ],
        requestBody: { required: true, content: json(updateScoreSchema(maxIncrement)) },
        responses: answers(201, 'Accepted, or applied', receiptSchema, 400, 401, 403, 413, 415, 422, 429, 503),
      },
    },
    '/api/scores/commands/{commandId}': {
      get: {
        summary: 'Get the outcome of an update',
        security: bearer,
        parameters: [parameter('path', 'commandId', 'commandId of the receipt', { type: 'string', format: 'uuid' })],
        responses: answers(200, 'Applied or rejected', outcomeSchema, 400, 401, 403, 404, 429, 503),
      },
    },
    '/api/scores/top': {
      get: {
        summary: 'List the best users',
        description: 'Users with equal scores are ordered by who reached the score first. The response has an ETag.',
        parameters: [parameter('query', 'limit', 'Number of users', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE })],
        responses: { ...answers(200, 'Best first', topSchema, 400, 429, 503), 304: { description: 'Not modified: the ETag matches If-None-Match' } },
      },
    },
    '/api/scores/users/{userId}': {
      get: {
        summary: "Get a user's score and rank",
        description: "404 for a hidden user, except with the user's own token or scores:admin: they see the score, with rank null.",
        security: [{}, ...bearer],
        parameters: [userParameter],
        responses: answers(200, 'Score and rank; rank 1 is the best', meSchema, 400, 404, 429, 503),
      },
    },
    '/api/scores/users/{userId}/around': {
      get: {
        summary: 'List a user and the neighbors in rank',
        parameters: [userParameter, parameter('query', 'radius', 'Neighbors on either side', { type: 'integer', minimum: 1, maximum: 50, default: 5 })],
        responses: answers(200, 'Best first', z.array(rankedSchema), 400, 404, 429, 503),
      },
    },
    '/api/scores/users/{userId}/history': {
      get: {
        summary: "List a user's applied updates, newest first",
        security: bearer,
        parameters: [userParameter, ...pageParameters],
        responses: answers(200, 'A page of updates', historySchema, 400, 401, 403, 429, 503),
      },
    },
    '/api/auth/token': {
      post: {
        summary: 'Issue a token for a service',
        description: 'OAuth 2.0 client credentials (RFC 6749, section 4.4); errors as in section 5.2. Limit: 30 requests per minute and client address. 404 if no signing key is configured.',
        security: [{ basic: [] }, {}],
        requestBody: { required: true, content: { 'application/x-www-form-urlencoded': json(tokenRequestSchema)['application/json'] } },
        responses: {
          ...answers(200, 'A token', tokenSchema, 404, 429, 503),
          400: { description: 'Invalid request or scope', content: json(oauthErrorSchema) },
          401: { description: 'Unknown client or wrong secret', content: json(oauthErrorSchema) },
        },
      },
    },
    '/api/moderation/reversals': {
      post: {
        summary: 'Reverse updates',
        description:
          'Reverses one command (commandId), or the commands of a user (userId), optionally only those from a time (from, inclusive), before a time (to, exclusive) or of an action. Each reversed command gets an event with its negative points. Repeating a request reverses nothing more. With dryRun nothing changes, and the response says what would be reversed.',
        security: bearer,
        requestBody: { required: true, content: json(reversalSchema) },
        responses: answers(201, 'How many commands were reversed, or would be with dryRun, and their points', reversedSchema, 400, 401, 403, 404, 413, 415, 503),
      },
    },
    '/api/moderation/hidden': {
      get: {
        summary: 'List hidden users: since when, why and by whom; most recently hidden first',
        description: 'reason and by are null if an older build hid the user: it stored them only in the audit log.',
        security: bearer,
        parameters: pageParameters,
        responses: answers(200, 'A page of hidden users', hiddenSchema, 400, 401, 403, 429, 503),
      },
    },
    '/api/moderation/hidden/{userId}': {
      put: hiding('Hide a user from every board', 'The user keeps score and history, and can still earn points.', {
        requestBody: { required: true, content: json(hidingSchema) },
      }),
      delete: hiding('Show a hidden user again', 'The user is ranked by score again. Send the reason in the body or in the query; if both have one, they must be equal.', {
        parameters: [userParameter, parameter('query', 'reason', 'The reason, if the body has none', z.toJSONSchema(deletionQuerySchema.shape.reason.unwrap(), { io: 'input' }))],
        requestBody: { required: false, content: json(hidingSchema) },
      }),
    },
    '/api/actions': {
      post: {
        summary: 'Issue an action token: it lets a player make one update',
        description: 'For websites; requires the scope actions:issue. 404 if no signing key is configured.',
        security: bearer,
        requestBody: { required: true, content: json(issueActionSchema(maxIncrement)) },
        responses: answers(201, 'A token for one update', actionTokenSchema, 400, 401, 403, 404, 413, 415),
      },
    },
    '/api/auth/guest': {
      post: { summary: 'Create a guest player. Limit: 30 requests per minute and client address. 404 if guest play is off', responses: answers(201, 'A token', guestSchema, 404, 429) },
    },
    '/.well-known/jwks.json': {
      get: {
        summary: 'Get the public key of the tokens signed here',
        description: 'A JSON Web Key Set (RFC 7517). 404 unless JWT_PRIVATE_KEY is set. May be cached for five minutes.',
        responses: answers(200, 'The key set', keySetSchema, 404),
      },
    },
  },
});
