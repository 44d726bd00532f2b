import type { NestFastifyApplication } from '@nestjs/platform-fastify';
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
 * The OpenAPI document also has the routes of extensions, as Nest describes them, and their refusals.
 */
export async function serveDocs(app: NestFastifyApplication, options: OpenApiOptions, extensions: Extensions): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/docs')) return;
    route.onSend = (_request, reply, payload, done) => {
      reply.header('content-security-policy', POLICY);
      done(null, payload);
    };
  });
  const asyncApi = JSON.stringify(asyncApiDocument());
  fastify.get('/docs/asyncapi.json', (_request, reply) => reply.type('application/json').send(asyncApi));
  const { SwaggerModule } = await import('@nestjs/swagger'); // imported here: loading takes a third of a second, which roles without docs are spared
  const own = openApiDocument({ ...options, refusals: definedRefusals() }) as unknown as OpenAPIObject;
  const include = [...extensions.modules];
  // An empty list would mean every module.
  const document = include.length ? joined(own, SwaggerModule.createDocument(app, {} as OpenAPIObject, { include })) : own;
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs/openapi.json' });
}

/** Ours wins where both describe the same. */
function joined(own: OpenAPIObject, theirs: OpenAPIObject): OpenAPIObject {
  const paths = { ...theirs.paths };
  for (const [path, methods] of Object.entries(own.paths)) paths[path] = { ...paths[path], ...methods };
  return { ...own, paths, components: { ...own.components, schemas: { ...theirs.components?.schemas, ...own.components?.schemas } } };
}
