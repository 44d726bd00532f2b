import { BOARD_SIZE, MAX_TOP } from '@scoreboard/domain';
import { z } from 'zod';
import { deletionQuerySchema, hidingSchema, reversalSchema } from '../moderation/moderation.requests';
import { actionTokenSchema, issueActionSchema } from '../scores/issue-action.request';
import { receiptSchema, updateScoreSchema } from '../scores/update-score.request';
import { answers, bearer, json, pageParameters, parameter, problems, REQUEST_ID, userParameter } from './openapi-parts';
import {
  guestSchema,
  hiddenSchema,
  historySchema,
  keySetSchema,
  meSchema,
  oauthErrorSchema,
  outcomeSchema,
  rankedSchema,
  reversedSchema,
  tokenRequestSchema,
  tokenSchema,
  topSchema,
} from './openapi-schemas';

export const updatePaths = (maxIncrement: number) => ({
  '/api/scores/update': {
    post: {
      summary: 'Raise a score',
      description: 'Durable once answered 201: from then on it is applied exactly once. An action token is its own Idempotency-Key.',
      security: bearer,
      parameters: [
        parameter('header', 'Idempotency-Key', '1 to 255 visible ASCII characters. An update sent again with the same key counts once.', { type: 'string' }),
        parameter('header', 'Prefer', 'wait=<seconds, 1 to 10>: wait until the update is applied', { type: 'string', examples: ['wait=2'] }),
        parameter('header', 'traceparent', 'W3C Trace Context. Its trace id becomes the request id.', { type: 'string' }),
        parameter('header', 'X-Request-Id', 'The request id, if there is no traceparent', { type: 'string', pattern: '^[0-9a-fA-F-]{32,36}$' }),
      ],
      requestBody: { required: true, content: json(updateScoreSchema(maxIncrement)) },
      responses: answers(201, 'Accepted, or applied', receiptSchema, 400, 401, 403, 413, 415, 422, 429, 503),
    },
  },
  '/api/scores/commands/{commandId}': {
    get: {
      summary: 'Get the result of an update',
      security: bearer,
      parameters: [parameter('path', 'commandId', 'From the receipt', { type: 'string', format: 'uuid' })],
      responses: answers(200, 'Applied or rejected', outcomeSchema, 400, 401, 403, 404, 429, 503),
    },
  },
});

export const readPaths = {
  '/api/scores/top': {
    get: {
      summary: 'List the top users, best first',
      description: 'Of users with equal scores, the one who reached the score first ranks higher. The response has an ETag.',
      parameters: [parameter('query', 'limit', 'Number of entries', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE })],
      responses: { ...answers(200, 'Best first', topSchema, 400, 429, 503), 304: { description: 'Not changed since If-None-Match' } },
    },
  },
  '/api/scores/users/{userId}': {
    get: {
      summary: "A user's score and rank",
      description: "For a hidden user, only the user and scores:admin see the score, with rank null; for others the answer is 404.",
      security: [{}, ...bearer],
      parameters: [userParameter],
      responses: answers(200, 'Rank 1 is best', meSchema, 400, 404, 429, 503),
    },
  },
  '/api/scores/users/{userId}/around': {
    get: {
      summary: 'A user and neighbors',
      parameters: [userParameter, parameter('query', 'radius', 'Number of neighbors on either side', { type: 'integer', minimum: 1, maximum: 50, default: 5 })],
      responses: answers(200, 'Best first', z.array(rankedSchema), 400, 404, 429, 503),
    },
  },
  '/api/scores/users/{userId}/history': {
    get: {
      summary: "A user's applied updates, newest first",
      security: bearer,
      parameters: [userParameter, ...pageParameters],
      responses: answers(200, 'A page', historySchema, 400, 401, 403, 429, 503),
    },
  },
};

export const tokenPaths = {
  '/api/auth/token': {
    post: {
      summary: 'Issue a token to a service',
      description: 'OAuth 2.0 client credentials (RFC 6749, section 4.4); errors as in section 5.2. Limit: 30 requests per minute per client address. 404 if this server issues no tokens.',
      security: [{ basic: [] }, {}],
      requestBody: { required: true, content: { 'application/x-www-form-urlencoded': json(tokenRequestSchema)['application/json'] } },
      responses: {
        ...answers(200, 'A token', tokenSchema, 404, 429, 503),
        400: { description: 'The request or its scope is not valid', content: json(oauthErrorSchema) },
        401: { description: 'Unknown client or wrong secret', content: json(oauthErrorSchema) },
      },
    },
  },
};

const hiding = (summary: string, description: string, request: object) => ({
  summary,
  description,
  security: bearer,
  parameters: [userParameter],
  ...request,
  responses: { 204: { description: 'Done, or nothing to change', headers: REQUEST_ID }, ...problems(400, 401, 403, 413, 415, 503) },
});

export const moderationPaths = {
  '/api/moderation/reversals': {
    post: {
      summary: 'Reverse updates',
      description:
        "Reverses one command (commandId), or a user's commands, optionally within a time range or for one action. Each gets an event with the negative points. Repeating the request reverses nothing twice. With dryRun nothing changes; the response counts what would be reversed.",
      security: bearer,
      requestBody: { required: true, content: json(reversalSchema) },
      responses: answers(201, 'How many commands were reversed now, or would be, and their points', reversedSchema, 400, 401, 403, 404, 413, 415, 503),
    },
  },
  '/api/moderation/hidden': {
    get: {
      summary: 'List hidden users, most recently hidden first, with time, reason and moderator',
      description: 'reason and by are null for a user hidden by an older build, which stored them only in the audit trail.',
      security: bearer,
      parameters: pageParameters,
      responses: answers(200, 'A page', hiddenSchema, 400, 401, 403, 429, 503),
    },
  },
  '/api/moderation/hidden/{userId}': {
    put: hiding('Hide a user from every board', 'The user keeps the score and the history, and can still earn points.', {
      requestBody: { required: true, content: json(hidingSchema) },
    }),
    delete: hiding('Show a hidden user again', 'The user is ranked again. Send the reason in the body or in the query; if in both, they must be equal.', {
      parameters: [userParameter, parameter('query', 'reason', 'The reason, if the body has none', z.toJSONSchema(deletionQuerySchema.shape.reason.unwrap(), { io: 'input' }))],
      requestBody: { required: false, content: json(hidingSchema) },
    }),
  },
};

export const actionPaths = (maxIncrement: number) => ({
  '/api/actions': {
    post: {
      summary: 'Issue an action token, which allows a player one update',
      description: 'For websites; requires the scope actions:issue. 404 if no signing key is set.',
      security: bearer,
      requestBody: { required: true, content: json(issueActionSchema(maxIncrement)) },
      responses: answers(201, 'A token for one update', actionTokenSchema, 400, 401, 403, 404, 413, 415),
    },
  },
});

export const publicPaths = {
  '/api/auth/guest': {
    post: { summary: 'Create a guest player, if guest play is on. Limit: 30 per minute per client address.', responses: answers(201, 'A token', guestSchema, 404, 429) },
  },
  '/.well-known/jwks.json': {
    get: {
      summary: 'Get the public key of tokens issued here',
      description: 'A JSON Web Key Set (RFC 7517), if JWT_PRIVATE_KEY is set. May be cached for five minutes.',
      responses: answers(200, 'The key set', keySetSchema, 404),
    },
  },
};
