import { z } from 'zod';
import { actionPaths, moderationPaths, publicPaths, readPaths, tokenPaths, updatePaths } from './openapi-paths';
import { problemSchema } from './openapi-schemas';

export interface OpenApiOptions {
  readonly maxIncrement: number;
}

const DESCRIPTION = `Raises scores exactly once and serves the live top ten. Socket.IO: namespace /ws/scores.

Every answer bears X-Request-Id, 32 hex digits: the trace id of the request's traceparent (W3C Trace Context), else the request's own
X-Request-Id where that is 32 hex digits or a UUID, else a new one.`;

/** The OpenAPI 3.1 document of the HTTP interface, from the schemas that check the requests. */
export const openApiDocument = ({ maxIncrement }: OpenApiOptions) => ({
  openapi: '3.1.0',
  info: { title: 'Scoreboard', version: '1', description: DESCRIPTION },
  components: {
    securitySchemes: { basic: { type: 'http', scheme: 'basic' }, bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    headers: { RequestId: { description: 'Names the request in logs and in the ledger; on every answer', schema: { type: 'string', pattern: '^[0-9a-f]{32}$' } } },
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
