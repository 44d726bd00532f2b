import type { RefusalDefinition } from '@scoreboard/domain';
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
  '/api/scores/updates': {
    post: {
      operationId: 'updateScores',
      tags: ['Scores'],
      summary: 'Raise up to 500 scores',
      description: `For trusted services: requires the scope scores:write:any. Each result is what POST /api/scores/update answers for the update in its place, so an update that is refused or not valid does not affect the others. If a server is unavailable for all of them, the whole request is refused. At most 512 KiB.`,
      security: bearer('scores:write:any'),
      parameters: [parameter('header', 'Prefer', 'wait=<seconds, 1 to 10>: wait until every update is applied', { type: 'string', examples: ['wait=2'] })],
      requestBody: { required: true, content: content('ScoreUpdates') },
      responses: answers(200, 'The results, in the order of the updates', 'ScoreResults', ...TOKEN_REFUSED, ...BODY_REFUSED, 'insufficient-scope', 'rate-limited', 'queue-unavailable', 'rule-failed'),
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
  '/api/auth/guest/claim': {
    post: {
      operationId: 'claimGuest',
      tags: ['Tokens'],
      summary: "Move a guest's points to the player of the token",
      description:
        'For a player who has signed in: Authorization is the player\'s token, the body has that of the guest. Moves all points at once, on every board whose period is open, and only once: repeating it returns the same answer. Updates of the guest that are still queued follow. 404 if guests cannot be claimed. Limit: 30 per minute per client address, with new guests.',
      security: bearer('scores:write:any').slice(0, 1),
      requestBody: { required: true, content: content('GuestClaimRequest') },
      responses: answers(
        ...([200, 'What moved', 'GuestClaim'] as const),
        ...TOKEN_REFUSED,
        ...BODY_REFUSED,
        ...(['invalid-guest-token', 'insufficient-scope', 'no-user', 'guest-cannot-claim', 'guest-hidden', 'claim-too-large', 'guest-claimed'] as const),
        ...([404, 'rate-limited', 'ledger-unavailable'] as const),
      ),
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
