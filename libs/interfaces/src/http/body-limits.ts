import type { FastifyInstance } from 'fastify';

/** Routes with `@RouteConfig({ bodyLimit })` take larger bodies, in bytes. */
export function allowLargerBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as { readonly bodyLimit?: number };
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
}
