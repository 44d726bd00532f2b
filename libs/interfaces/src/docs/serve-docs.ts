import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { asyncApiDocument } from './asyncapi';
import { openApiDocument, type OpenApiOptions } from './openapi';

/** Swagger UI serves its own files and uses inline styles. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Serves Swagger UI at `/docs`, the OpenAPI document at `/docs/openapi.json`, and the AsyncAPI document of the live board at `/docs/asyncapi.json`. */
export async function serveDocs(app: NestFastifyApplication, options: OpenApiOptions): Promise<void> {
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
  SwaggerModule.setup('docs', app, openApiDocument(options) as unknown as OpenAPIObject, { jsonDocumentUrl: 'docs/openapi.json' });
}
