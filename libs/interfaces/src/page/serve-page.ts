import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

const FOREVER = 'public, max-age=31536000, immutable';
/** Websites get a new version of the script within five minutes. */
const FIVE_MINUTES = 'public, max-age=300';

/** Serves the built page's scripts, styles and images, and the script for other websites, compressed if the client accepts it. `folder` holds the built page. */
export function servePage(app: NestFastifyApplication, folder: string): void {
  // File names contain a hash of the content.
  serve(app, folder, 'assets', (reply) => reply.header('cache-control', FOREVER));
  const immutable = readdirSync(join(folder, 'client')).find((name) => /^v1-\w+\.js$/.test(name));
  serve(app, folder, 'client', (reply, path) => {
    const isNewest = basename(path).startsWith('v1.js');
    // Any website may load it and check its hash; it contains nothing secret.
    void reply.headers({ 'cache-control': isNewest ? FIVE_MINUTES : FOREVER, 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' });
    if (isNewest) void reply.header('content-location', `/client/${immutable}`);
  });
}

/** Serves the scripts and styles of the desk. */
export const serveDesk = (app: NestFastifyApplication, folder: string): void => serve(app, folder, 'admin/assets', (reply) => reply.header('cache-control', FOREVER));

function serve(app: NestFastifyApplication, folder: string, name: string, setHeaders: (reply: FastifyReply, path: string) => void): void {
  app.useStaticAssets({
    root: join(folder, name),
    prefix: `/${name}/`,
    // One route per file instead of a wildcard, so that other paths keep their 404 or 405.
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    decorateReply: false,
    // Typed as Node's response, but it is Fastify's reply.
    setHeaders: (response, path) => setHeaders(response as unknown as FastifyReply, path),
  });
}
