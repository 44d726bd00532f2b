import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem, sendProblem } from './problem';

/**
 * Answers 405 with `Allow` if the path exists with other methods; Fastify alone would answer 404. An `OPTIONS` that gets this
 * far is not a preflight of an allowed origin.
 */
export function refuseOtherMethods(fastify: FastifyInstance): void {
  const routes: { readonly path: RegExp; readonly method: string }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    if (url.endsWith('*')) return;
    const path = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+')}$`);
    routes.push(...[method].flat().map((one) => ({ path, method: one })));
  });
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (!request.is404 && request.method !== 'OPTIONS') return done();
    const path = request.url.split('?', 1)[0]!;
    const allowed = routes.filter((route) => route.path.test(path)).map((route) => route.method);
    if (!allowed.length) return done();
    void reply.header('allow', [...new Set(allowed)].sort().join(', '));
    void sendProblem(reply, problem(405, { instance: path, detail: `${request.method} is not supported on this path. See the Allow header.` }));
  });
}
