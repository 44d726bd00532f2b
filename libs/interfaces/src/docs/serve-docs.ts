import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { definedRefusals } from '@scoreboard/domain';
import type { FastifyInstance } from 'fastify';
import type { Extensions } from '../extensions/extensions';
import { asyncApiDocument } from './asyncapi';
import { openApiDocument, type OpenApiOptions } from './openapi';

/** Swagger UI serves its own files and uses inline styles. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Serves Swagger UI at `/docs`, the OpenAPI document at `/docs/openapi.json`, and the AsyncAPI document of the live board at `/docs/asyncapi.json`.
 * The OpenAPI document also has the routes of extensions, as Nest describes them, and their refusals. Everything but the
 * AsyncAPI document is loaded with the first request: it would take a tenth of the time that a role needs to start.
 */
export function serveDocs(app: NestFastifyApplication, options: OpenApiOptions, extensions: Extensions): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const asyncApi = JSON.stringify(asyncApiDocument());
  fastify.get('/docs/asyncapi.json', (_request, reply) => reply.type('application/json').send(asyncApi));
  let started: Promise<FastifyInstance> | undefined;
  fastify.get('/docs*', async ({ url, headers }, reply) => {
    started ??= startSwaggerUi(app, options, extensions).catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    const { statusCode, headers: described, rawPayload } = await (await started).inject({ method: 'GET', url, headers });
    if (statusCode === 404) return reply.callNotFound();
    // These are of a connection, and this one is another.
    const { connection: _connection, 'transfer-encoding': _encoding, ...kept } = described;
    return reply.code(statusCode).headers(kept).header('content-security-policy', POLICY).send(rawPayload);
  });
}

async function startSwaggerUi(app: NestFastifyApplication, options: OpenApiOptions, extensions: Extensions): Promise<FastifyInstance> {
  const { SwaggerModule } = await import('@nestjs/swagger');
  const own = openApiDocument({ ...options, refusals: definedRefusals() }) as unknown as OpenAPIObject;
  const include = [...extensions.modules];
  // An empty list would mean every module.
  const document = include.length ? joined(own, SwaggerModule.createDocument(app, {} as OpenAPIObject, { include })) : own;
  // A server that listens takes no new routes, so Swagger UI gets one that is only called from here.
  const adapter = new FastifyAdapter();
  const ui = Object.create(app, { getHttpAdapter: { value: () => adapter } }) as NestFastifyApplication;
  SwaggerModule.setup('docs', ui, document, { jsonDocumentUrl: 'docs/openapi.json' });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  await fastify.ready();
  return fastify;
}

/** Ours wins where both describe the same. */
function joined(own: OpenAPIObject, theirs: OpenAPIObject): OpenAPIObject {
  const paths = { ...theirs.paths };
  for (const [path, methods] of Object.entries(own.paths)) paths[path] = { ...paths[path], ...methods };
  return { ...own, paths, components: { ...own.components, schemas: { ...theirs.components?.schemas, ...own.components?.schemas } } };
}
