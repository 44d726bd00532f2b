import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/** Serves the built page's scripts, styles and images, compressed if the client accepts it. `folder` holds the built page. */
export function servePage(app: NestFastifyApplication, folder: string): void {
  app.useStaticAssets({
    root: join(folder, 'assets'),
    prefix: '/assets/',
    // One route per file instead of a wildcard, so that other paths keep their 404 or 405.
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response) => {
      // Typed as Node's response, but it is Fastify's reply. File names contain a hash of the content.
      void (response as unknown as FastifyReply).header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}
