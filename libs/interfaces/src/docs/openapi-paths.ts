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
      description: 'Queued durably when answered 201; from here on it is applied exactly once. An action token is its own Idempotency-Key.',
      security: bearer,
      parameters: [
        parameter('header', 'Idempotency-Key', '1 to 255 visible ASCII characters: sent again with it, the update counts once', { type: 'string' }),
        parameter('header', 'Prefer', 'wait=<seconds, 1 to 10>: answer once it is applied', { type: 'string', examples: ['wait=2'] }),
        parameter('header', 'traceparent', 'W3C Trace Context: its trace id becomes the id of the request', { type: 'string' }),
        parameter('header', 'X-Request-Id', 'The id of the request where it brings no traceparent', { type: 'string', pattern: '^[0-9a-fA-F-]{32,36}$' }),
      ],
      requestBody: { required: true, content: json(updateScoreSchema(maxIncrement)) },
      responses: answers(201, 'Accepted, or applied', receiptSchema, 400, 401, 403, 413, 415, 422, 429, 503),
    },
  },
  '/api/scores/commands/{commandId}': {
    get: {
      summary: 'What became of an update',
      security: bearer,
      parameters: [parameter('path', 'commandId', 'From the receipt', { type: 'string', format: 'uuid' })],
      responses: answers(200, 'Applied or rejected', outcomeSchema, 400, 401, 403, 404, 429, 503),
    },
  },
});

export const readPaths = {
  '/api/scores/top': {
    get: {
      summary: 'The best, in order',
      description: 'Who reached a score first stands before others with the same. Bears an ETag.',
      parameters: [parameter('query', 'limit', 'How many', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE })],
      responses: { ...answers(200, 'Best first', topSchema, 400, 429, 503), 304: { description: 'Not changed since If-None-Match' } },
    },
  },
  '/api/scores/users/{userId}': {
    get: {
      summary: "A user's score and rank",
      description: "Of a hidden user the user's own token and scores:admin see the score, with rank null; to others it is 404.",
      security: [{}, ...bearer],
      parameters: [userParameter],
      responses: answers(200, 'Rank 1 is best', meSchema, 400, 404, 429, 503),
    },
  },
  '/api/scores/users/{userId}/around': {
    get: {
      summary: 'A user among neighbours',
      parameters: [userParameter, parameter('query', 'radius', 'Neighbours on either side', { type: 'integer', minimum: 1, maximum: 50, default: 5 })],
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
      summary: 'A token for a service',
      description: 'OAuth 2.0 client credentials (RFC 6749, section 4.4), with its errors of section 5.2; 30 a minute for one address. 404 where no tokens are made.',
      security: [{ basic: [] }, {}],
      requestBody: { required: true, content: { 'application/x-www-form-urlencoded': json(tokenRequestSchema)['application/json'] } },
      responses: {
        ...answers(200, 'A token', tokenSchema, 404, 429, 503),
        400: { description: 'The request or its scope is not valid', content: json(oauthErrorSchema) },
        401: { description: 'No such client, or its secret is another', content: json(oauthErrorSchema) },
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
  responses: { 204: { description: 'Done, also where it was so before', headers: REQUEST_ID }, ...problems(400, 401, 403, 413, 415, 503) },
});

export const moderationPaths = {
  '/api/moderation/reversals': {
    post: {
      summary: 'Take scores back',
      description:
        'One command (commandId), or those that a user was given from a time on, before a time, by an action. Each gets an event of the negative points; asked for twice, nothing more is taken back. With dryRun nothing is changed, and the answer tells what would be taken back.',
      security: bearer,
      requestBody: { required: true, content: json(reversalSchema) },
      responses: answers(201, 'How many commands were taken back now, or would be, and their points', reversedSchema, 400, 401, 403, 404, 413, 415, 503),
    },
  },
  '/api/moderation/hidden': {
    get: {
      summary: 'Who is hidden, since when, why and by whom; the last hidden first',
      description: 'reason and by are null where the build that hid the user kept them in the audit trail alone.',
      security: bearer,
      parameters: pageParameters,
      responses: answers(200, 'A page', hiddenSchema, 400, 401, 403, 429, 503),
    },
  },
  '/api/moderation/hidden/{userId}': {
    put: hiding('Hide a user from every board', 'The user keeps score and history, and goes on earning.', {
      requestBody: { required: true, content: json(hidingSchema) },
    }),
    delete: hiding('Show a hidden user again', 'The user stands where the score belongs. The reason stands in the body or in the query; where in both, it is the same.', {
      parameters: [userParameter, parameter('query', 'reason', 'Why, where the body does not say so', z.toJSONSchema(deletionQuerySchema.shape.reason.unwrap(), { io: 'input' }))],
      requestBody: { required: false, content: json(hidingSchema) },
    }),
  },
};

export const actionPaths = (maxIncrement: number) => ({
  '/api/actions': {
    post: {
      summary: 'An action token: lets a player make one update',
      description: 'For a website, with the scope actions:issue. 404 where no key to sign with is set.',
      security: bearer,
      requestBody: { required: true, content: json(issueActionSchema(maxIncrement)) },
      responses: answers(201, 'A token, good once', actionTokenSchema, 400, 401, 403, 404, 413, 415),
    },
  },
});

export const publicPaths = {
  '/api/auth/guest': {
    post: { summary: 'A fresh player, where guest play is open; 30 a minute for one address', responses: answers(201, 'A token', guestSchema, 404, 429) },
  },
  '/.well-known/jwks.json': {
    get: {
      summary: 'The public key of tokens that are signed here',
      description: 'A JSON Web Key Set (RFC 7517), where JWT_PRIVATE_KEY is set. May be kept for five minutes.',
      responses: answers(200, 'The key set', keySetSchema, 404),
    },
  },
};
