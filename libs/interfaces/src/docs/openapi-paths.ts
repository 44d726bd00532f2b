import { BOARD_SIZE, MAX_TOP, type RefusalDefinition } from '@scoreboard/domain';
import { z } from 'zod';
import { deletionQuerySchema } from '../moderation/moderation.requests';
import { answers, bearer, BODY_REFUSED, content, pageParameters, parameter, problems, refusalTable, REQUEST_ID, TOKEN_REFUSED, userParameter } from './openapi-parts';

/** Refusals of what only the user, and some others, may read. */
const OWNERS_ONLY = ['insufficient-scope', 'foreign-user', 'no-user'] as const;

export const updatePaths = (refusals: readonly RefusalDefinition[]) => ({
  '/api/scores/update': {
    post: {
      operationId: 'updateScore',
      tags: ['Scores'],
      summary: 'Raise a score',
      description: `Durable once answered 201: from then on it is applied exactly once. An action token is its own Idempotency-Key.${refusalTable(refusals)}`,
      security: bearer('scores:write:any'),
      parameters: [
        parameter('header', 'Idempotency-Key', '1 to 255 visible ASCII characters. An update sent again with the same key counts once.', { type: 'string' }),
        parameter('header', 'Prefer', 'wait=<seconds, 1 to 10>: wait until the update is applied', { type: 'string', examples: ['wait=2'] }),
        parameter('header', 'traceparent', 'W3C Trace Context. Its trace id becomes the request id.', { type: 'string' }),
        parameter('header', 'X-Request-Id', 'The request id, if there is no traceparent', { type: 'string', pattern: '^[0-9a-fA-F-]{32,36}$' }),
      ],
      requestBody: { required: true, content: content('ScoreUpdate') },
      responses: answers(
        ...([201, 'Accepted, or applied', 'Receipt'] as const),
        ...TOKEN_REFUSED,
        ...BODY_REFUSED,
        ...(['insufficient-scope', 'foreign-user', 'no-user', 'action-token-required', 'unknown-action', 'action-exceeded'] as const),
        ...(['key-reused', 'rejected', 'rate-limited', 'queue-unavailable', 'rule-failed'] as const),
      ),
    },
  },
  '/api/scores/commands/{commandId}': {
    get: {
      operationId: 'getCommand',
      tags: ['Scores'],
      summary: 'Get the result of an update',
      security: bearer('scores:write:any'),
      parameters: [parameter('path', 'commandId', 'From the receipt', { type: 'string', format: 'uuid' })],
      responses: answers(200, 'Applied or rejected', 'CommandResult', ...TOKEN_REFUSED, 'invalid-request', ...OWNERS_ONLY, 'unknown-command', 'rate-limited', 'ledger-unavailable'),
    },
  },
  '/api/scores/users/{userId}/history': {
    get: {
      operationId: 'getHistory',
      tags: ['Scores'],
      summary: "A user's applied updates, newest first",
      security: bearer('scores:admin'),
      parameters: [userParameter, ...pageParameters],
      responses: answers(200, 'A page', 'History', ...TOKEN_REFUSED, 'invalid-request', ...OWNERS_ONLY, 'rate-limited', 'ledger-unavailable'),
    },
  },
});

const READ_REFUSED = ['invalid-request', 'rate-limited', 'leaderboard-unavailable', 'ledger-unavailable'] as const;

const top = (operationId: string, summary: string, ...more: readonly object[]) => ({
  operationId,
  tags: ['Leaderboard'],
  summary,
  description: 'Of users with equal scores, the one who reached the score first ranks higher. The response has an ETag.',
  parameters: [...more, parameter('query', 'limit', 'Number of entries', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE })],
  responses: { ...answers(200, 'Best first', 'Top', ...READ_REFUSED, ...refusedOf(more)), 304: { description: 'Not changed since If-None-Match' } },
});

const place = (operationId: string, summary: string, ...more: readonly object[]) => ({
  operationId,
  tags: ['Leaderboard'],
  summary,
  description: 'players is the number of ranked users. For a hidden user, only the user and scores:admin see the score, with rank null; for others the answer is 404.',
  security: [{}, ...bearer('scores:admin')],
  parameters: [...more, userParameter],
  responses: answers(200, 'Rank 1 is best', 'Place', ...READ_REFUSED, 'unknown-user', ...refusedOf(more)),
});

const neighbors = (operationId: string, summary: string, ...more: readonly object[]) => ({
  operationId,
  tags: ['Leaderboard'],
  summary,
  parameters: [...more, userParameter, parameter('query', 'radius', 'Number of neighbors on either side', { type: 'integer', minimum: 1, maximum: 50, default: 5 })],
  responses: answers(200, 'Best first', 'Ranks', ...READ_REFUSED, 'unknown-user', ...refusedOf(more)),
});

const ofBoard = [
  parameter('path', 'board', 'The id of the board', { type: 'string', examples: ['global'] }),
  parameter('query', 'period', 'An ended period of the board', { type: 'string' }),
];
const refusedOf = (more: readonly object[]) => (more.length ? (['unknown-board', 'unknown-period'] as const) : []);

export const readPaths = {
  '/api/scores/top': { get: top('getTop', 'List the top users, best first') },
  '/api/scores/users/{userId}': { get: place('getPlace', "A user's score and rank") },
  '/api/scores/users/{userId}/around': { get: neighbors('getNeighbors', 'A user and neighbors') },
  '/api/boards': {
    get: { operationId: 'listBoards', tags: ['Leaderboard'], summary: 'List the boards and their number of players', responses: answers(200, 'The boards', 'Boards', ...READ_REFUSED) },
  },
  '/api/boards/{board}/top': { get: top('getTopOfBoard', 'List the top users of a board, best first', ...ofBoard) },
  '/api/boards/{board}/users/{userId}': { get: place('getPlaceOnBoard', "A user's score and rank on a board", ...ofBoard) },
  '/api/boards/{board}/users/{userId}/around': { get: neighbors('getNeighborsOnBoard', 'A user and neighbors on a board', ...ofBoard) },
  '/api/boards/{board}/ranks': {
    get: {
      operationId: 'getRanks',
      tags: ['Leaderboard'],
      summary: 'List the users from a rank on',
      parameters: [
        ...ofBoard,
        parameter('query', 'from', 'The first rank', { type: 'integer', minimum: 1, default: 1 }),
        parameter('query', 'limit', 'Number of users', { type: 'integer', minimum: 1, maximum: MAX_TOP, default: BOARD_SIZE }),
      ],
      responses: answers(200, 'Best first; empty if there are fewer users', 'Ranks', ...READ_REFUSED, ...refusedOf(ofBoard)),
    },
  },
  '/api/boards/{board}/users': {
    get: {
      operationId: 'getUsers',
      tags: ['Leaderboard'],
      summary: 'List these users, best first: a board of friends',
      description: 'Users who are not ranked are left out.',
      parameters: [
        ...ofBoard,
        {
          ...parameter('query', 'ids', `1 to ${MAX_TOP} user ids, separated by commas. A comma inside an id is percent-encoded`, { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MAX_TOP }),
          ...{ required: true, style: 'form', explode: false },
        },
      ],
      responses: answers(200, 'Best first', 'Ranks', ...READ_REFUSED, ...refusedOf(ofBoard)),
    },
  },
};

const oauthError = (description: string) => ({ description, headers: REQUEST_ID, content: content('OAuthError') });

export const tokenPaths = {
  '/api/auth/token': {
    post: {
      operationId: 'issueToken',
      tags: ['Tokens'],
      summary: 'Issue a token to a service',
      description: 'OAuth 2.0 client credentials (RFC 6749, section 4.4); errors as in section 5.2. Limit: 30 requests per minute per client address. 404 if this server issues no tokens.',
      security: [{ basic: [] }, {}],
      requestBody: { required: true, content: content('TokenRequest', 'application/x-www-form-urlencoded') },
      responses: {
        ...answers(200, 'A token', 'Token', 404, 'rate-limited', 'ledger-unavailable'),
        400: oauthError('The request or its scope is not valid'),
        401: oauthError('Unknown client or wrong secret'),
      },
    },
  },
};

const hiding = (operationId: string, summary: string, description: string, request: object) => ({
  operationId,
  tags: ['Moderation'],
  summary,
  description,
  security: bearer('scores:admin'),
  parameters: [userParameter],
  ...request,
  responses: {
    204: { description: 'Done, or nothing to change', headers: REQUEST_ID },
    ...problems(...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 'ledger-unavailable'),
  },
});

export const moderationPaths = {
  '/api/moderation/reversals': {
    post: {
      operationId: 'reverseScores',
      tags: ['Moderation'],
      summary: 'Reverse updates',
      description:
        "Reverses one command (commandId), or a user's commands, optionally within a time range or for one action. Each gets an event with the negative points. Repeating the request reverses nothing twice. With dryRun nothing changes; the response counts what would be reversed.",
      security: bearer('scores:admin'),
      requestBody: { required: true, content: content('ReversalRequest') },
      responses: answers(
        ...([201, 'How many commands were reversed now, or would be, and their points', 'Reversal'] as const),
        ...TOKEN_REFUSED,
        ...BODY_REFUSED,
        ...(['insufficient-scope', 'unknown-command', 'ledger-unavailable'] as const),
      ),
    },
  },
  '/api/moderation/hidden': {
    get: {
      operationId: 'listHidden',
      tags: ['Moderation'],
      summary: 'List hidden users, most recently hidden first, with time, reason and moderator',
      description: 'reason and by are null for a user hidden by an older build, which stored them only in the audit trail.',
      security: bearer('scores:admin'),
      parameters: pageParameters,
      responses: answers(200, 'A page', 'HiddenUsers', ...TOKEN_REFUSED, 'invalid-request', 'insufficient-scope', 'rate-limited', 'ledger-unavailable'),
    },
  },
  '/api/moderation/hidden/{userId}': {
    put: hiding('hideUser', 'Hide a user from every board', 'The user keeps the score and the history, and can still earn points.', {
      requestBody: { required: true, content: content('HidingRequest') },
    }),
    delete: hiding('showUser', 'Show a hidden user again', 'The user is ranked again. Send the reason in the body or in the query; if in both, they must be equal.', {
      parameters: [userParameter, parameter('query', 'reason', 'The reason, if the body has none', z.toJSONSchema(deletionQuerySchema.shape.reason.unwrap(), { io: 'input' }))],
      requestBody: { required: false, content: content('HidingRequest') },
    }),
  },
};

export const actionPaths = {
  '/api/actions': {
    post: {
      operationId: 'issueAction',
      tags: ['Tokens'],
      summary: 'Issue an action token, which allows a player one update',
      description: 'For websites; requires the scope actions:issue. 404 if no signing key is set.',
      security: bearer('actions:issue'),
      requestBody: { required: true, content: content('ActionRequest') },
      responses: answers(201, 'A token for one update', 'ActionToken', ...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 'unknown-action', 404),
    },
  },
};

export const publicPaths = {
  '/api/auth/guest': {
    post: {
      operationId: 'createGuest',
      tags: ['Tokens'],
      summary: 'Create a guest player',
      description: 'If guest play is on; otherwise 404. Limit: 30 per minute per client address.',
      responses: answers(201, 'A token', 'Guest', 404, 'rate-limited'),
    },
  },
  '/.well-known/jwks.json': {
    get: {
      operationId: 'getKeySet',
      tags: ['Tokens'],
      summary: 'Get the public key of tokens issued here',
      description: 'A JSON Web Key Set (RFC 7517), if JWT_PRIVATE_KEY is set. May be cached for five minutes.',
      responses: answers(200, 'The key set', 'KeySet', 404),
    },
  },
};
