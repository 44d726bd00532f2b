import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FormBody } from './form-body';
import { PROBLEM_TYPE, problem, sendProblem } from './problem';
import { UnreadableBody } from './unreadable-body';

const BODY_LIMIT = 16 * 1024;

export interface HttpAdapterOptions {
  /** How many proxies in front are believed about the client's address. */
  readonly trustProxy: number;
  /** Serves HTTPS, TLS 1.2 or newer, with this certificate and key in PEM; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Fastify as every role uses it: small JSON bodies only, slow requests ended, and one shape of error also below Nest. */
export function createHttpAdapter({ trustProxy, tls }: HttpAdapterOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    trustProxy: (_address: string, hop: number) => hop < trustProxy,
    bodyLimit: BODY_LIMIT,
    // A whole request must arrive within this time; a slow one is closed.
    requestTimeout: 10_000,
    keepAliveTimeout: 65_000,
    ...(tls && { https: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 } }),
    multipart: false,
    return503OnClosing: false,
    clientErrorHandler: refuseMalformedHttp,
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => void sendProblem(reply, problem(error.statusCode ?? 400)),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  readJsonOnly(fastify);
  refuseOtherMethods(fastify);
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    // For a year browsers come back encrypted only. Where a proxy ends TLS, saying so is the proxy's.
    if (tls) reply.header('strict-transport-security', 'max-age=31536000');
    done(null, payload);
  });
  return adapter;
}

function readJsonOnly(fastify: FastifyInstance): void {
  // 'error' refuses keys that would reach a prototype.
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    void parseJson(request, body as string, (error, value) => done(null, error ? new UnreadableBody('not-json') : value));
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    const { readsForms } = request.routeOptions.config as { readsForms?: boolean };
    done(null, readsForms ? new FormBody(body as string) : new UnreadableBody('not-application-json'));
  });
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, new UnreadableBody('not-application-json'));
  });
}

/** 405 with `Allow` where the path is known under other methods; Fastify alone would say 404. */
function refuseOtherMethods(fastify: FastifyInstance): void {
  const routes: { readonly path: RegExp; readonly method: string }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    const path = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+').replace(/\*$/, '.*')}/?$`);
    if (!url.endsWith('*')) for (const one of [method].flat()) routes.push({ path, method: one });
  });
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?')[0]!;
    const allowed = routes.filter((route) => route.path.test(path)).map((route) => route.method);
    if (!allowed.length) return done();
    void reply.header('allow', [...new Set(allowed)].join(', '));
    void sendProblem(reply, problem(405, { instance: path, detail: `${request.method} is not possible here.` }));
  });
}

/** What is no HTTP at all never becomes a request: answer it on the bare socket. */
function refuseMalformedHttp({ code }: ConnectionError, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const answer = problem(status);
  const body = JSON.stringify(answer);
  socket.end(
    `HTTP/1.1 ${status} ${answer.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
}
