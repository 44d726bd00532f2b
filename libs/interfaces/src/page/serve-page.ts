import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

export interface PageFiles {
  /** The folder that holds the built page. */
  readonly folder: string;
  /** Where its gateway is, when not at its own origin. */
  readonly gatewayUrl: string | null;
}

/** Serves the live page at `/` under a policy that lets nothing but its own files run. */
export function servePage(app: NestFastifyApplication, { folder, gatewayUrl }: PageFiles): void {
  if (!existsSync(join(folder, 'index.html'))) throw new Error('the page has not been built: run npm run build');
  const gateway = gatewayUrl ? [gatewayUrl, gatewayUrl.replace(/^http/, 'ws')] : [];
  const policy = [
    "default-src 'self'",
    `connect-src ${["'self'", ...gateway].join(' ')}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  app.useStaticAssets({
    root: folder,
    // A route for each file rather than for everything: what is under no route keeps its 404 or 405.
    wildcard: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      // Typed as Node's response, but it is Fastify's reply.
      const reply = response as unknown as FastifyReply;
      void reply.header('content-security-policy', policy).header('referrer-policy', 'no-referrer');
      // Built files bear a hash of their content in their name.
      void reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
