import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { openApiDocument, type OpenApiOptions } from './openapi';

/** Serves the interface's description at `/docs` for people and `/docs/openapi.json` for programs. */
export function serveDocs(app: NestFastifyApplication, options: OpenApiOptions): void {
  SwaggerModule.setup('docs', app, openApiDocument(options) as unknown as OpenAPIObject, { jsonDocumentUrl: 'docs/openapi.json' });
}
