import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/** Serves the built page's scripts, styles and pictures, compressed where the client takes that. `folder` is the page's. */
export function servePage(app: NestFastifyApplication, folder: string): void {
  app.useStaticAssets({
    root: join(folder, 'assets'),
    prefix: '/assets/',
    // A route for each file rather than for everything: what is under no route keeps its 404 or 405.
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response) => {
      // Typed as Node's response, but it is Fastify's reply. The files bear a hash of their content in their name.
      void (response as unknown as FastifyReply).header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}
