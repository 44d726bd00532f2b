import type { RefusalDefinition } from '@scoreboard/domain';
import { deskPaths } from './openapi-desk-paths';
import { eventPaths } from './openapi-event-paths';
import { flagPaths } from './openapi-flag-paths';
import { actionPaths, moderationPaths, publicPaths, tokenPaths, updatePaths } from './openapi-paths';
import { peoplePaths } from './openapi-people-paths';
import { readPaths } from './openapi-read-paths';
import { bodySchemas } from './openapi-schemas';

export interface OpenApiOptions {
  readonly maxIncrement: number;
  /** The refusals of extensions. Default: none. */
  readonly refusals?: readonly RefusalDefinition[];
}

const DESCRIPTION = `Raises scores exactly once and serves the live top ten. Socket.IO: namespace /ws/scores.

Every response has the header X-Request-Id, 32 hexadecimal digits: the trace id of the request's traceparent (W3C Trace Context); without
one, the request's own X-Request-Id if it is 32 hexadecimal digits or a UUID; otherwise a new id.`;

const TAGS = [
  { name: 'Scores', description: 'Raise scores, and see what became of an update' },
  { name: 'Leaderboard', description: 'Read ranks. Public' },
  { name: 'Events', description: 'What happens in the ledger, in order. Requires the scope events:read' },
  { name: 'People', description: 'Names and pictures of users' },
  { name: 'Tokens', description: 'Tokens that this server issues: to services, to guests, for one action' },
  { name: 'Moderation', description: 'Take points and names back and hide users. Requires the scope scores:admin' },
  { name: 'Operator', description: 'Dead letters, consumers and clients. Requires the scope scores:admin' },
];

const SCOPES = {
  'scores:write': "Raise the score of the token's own user, and change the user's profile",
  'scores:write:any': "Raise any user's score: for trusted services",
  'actions:issue': 'Issue action tokens to players',
  'events:read': 'Read what happens in the ledger: updates of all users, reversals, hidings, flags, changes of the top ten',
  'scores:admin': "Moderate, read any user's history, and run the desk",
  'profiles:write:any': "Change any user's profile: for trusted services",
};

const securitySchemes = {
  basic: { type: 'http', scheme: 'basic', description: 'The id and secret of a client' },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the configured provider, of POST /api/auth/token, of POST /api/auth/guest, or an action token' },
  clientCredentials: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/api/auth/token', scopes: SCOPES } } },
};

const headers = {
  RequestId: { description: 'Identifies the request in logs and in the ledger; on every response', schema: { type: 'string', pattern: '^[0-9a-f]{32}$' } },
  RetryAfter: { description: 'Seconds to wait before the next attempt', schema: { type: 'integer', minimum: 1 } },
  RateLimit: { description: 'The limit that was reached, and the seconds until the next request is allowed', schema: { type: 'string', examples: ['"writes";r=0;t=12'] } },
  RateLimitPolicy: { description: 'The limit: requests per window in seconds', schema: { type: 'string', examples: ['"writes";q=120;w=60'] } },
  WwwAuthenticate: { description: 'How to authenticate', schema: { type: 'string', examples: ['Bearer'] } },
};

/** The OpenAPI 3.1 document of the HTTP API, generated from the schemas that validate the requests. */
export const openApiDocument = ({ maxIncrement, refusals = [] }: OpenApiOptions) => ({
  openapi: '3.1.0',
  info: { title: 'Scoreboard', version: '1', description: DESCRIPTION },
  servers: [{ url: '/', description: 'The server that serves this document' }],
  tags: TAGS,
  components: { securitySchemes, headers, schemas: bodySchemas(maxIncrement) },
  paths: { ...updatePaths(refusals), ...readPaths, ...peoplePaths, ...tokenPaths, ...moderationPaths, ...flagPaths, ...deskPaths, ...eventPaths, ...actionPaths, ...publicPaths },
});
