import { z } from 'zod';
import { actionPaths, moderationPaths, publicPaths, readPaths, tokenPaths, updatePaths } from './openapi-paths';
import { problemSchema } from './openapi-schemas';

export interface OpenApiOptions {
  readonly maxIncrement: number;
}

const DESCRIPTION = `Raises scores exactly once and serves the live top ten. Socket.IO: namespace /ws/scores.

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
    ...updatePaths(maxIncrement),
    ...readPaths,
    ...tokenPaths,
    ...moderationPaths,
    ...actionPaths(maxIncrement),
    ...publicPaths,
  },
});
