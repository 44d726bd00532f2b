import type { IncomingMessage, ServerOptions } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { requestIdOf } from '@scoreboard/application';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseMalformedHttp, refuseOddRequests } from './bare-connection';
import { addClientAddress } from './client-address';
import { Connections } from './connections';
import { corsHeaders } from './cors';
import { holdHeaderRules } from './header-rules';
import { readJsonOnly } from './json-body';
import { refuseOtherMethods } from './other-methods';
import { problem, REQUEST_ID, sendProblem } from './problem';

const BODY_LIMIT = 16 * 1024;

/** Node refuses a longer head with 431. A parameter of a path may be as long: whether it is an id, its schema says. */
const HEAD_LIMIT = 16 * 1024;

/** A head, and a whole request with its body, must arrive within this time; a slower one is answered 408. */
const REQUEST_MS = 10_000;

/** Above the 60 s after which load balancers drop an idle connection: they, not we, must be the first. */
const KEEP_ALIVE_MS = 65_000;

const SERVER: ServerOptions = {
  maxHeaderSize: HEAD_LIMIT,
  headersTimeout: REQUEST_MS,
  requestTimeout: REQUEST_MS,
  // How often Node looks for the slow: by default only every 30 s.
  connectionsCheckingInterval: 1_000,
  requireHostHeader: false, // `holdHeaderRules` does, with an answer of our shape
};

const BAD_PATH = 'The path is no percent-encoded UTF-8 (RFC 3986, section 2.1).';

/** For what is no page: nothing of it may run, load or be framed. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

export interface HttpAdapterOptions {
  /** Whose pages may read what is answered. */
  readonly corsOrigins: readonly string[];
  /** How many proxies in front are believed about the client's address. */
  readonly trustProxy: number;
  /** Serves HTTPS, TLS 1.2 or newer, with this certificate and key in PEM; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** How many connections may be open at a time: see `Connections`. Without a bound where not given. */
  readonly mostOpen?: number;
}

/** Fastify as every role uses it: small JSON bodies only, slow requests ended, and one shape of error also below Nest. */
export function createHttpAdapter({ corsOrigins, trustProxy, tls, mostOpen }: HttpAdapterOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    ...(tls ? { https: { ...SERVER, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: REQUEST_MS } } : { http: SERVER }),
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: HEAD_LIMIT },
    multipart: false,
    return503OnClosing: false,
    genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers),
    clientErrorHandler: refuseMalformedHttp,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(reply.header(REQUEST_ID, request.id).headers(corsHeaders(request.headers.origin, corsOrigins)), problem(error.statusCode ?? 400, { detail: BAD_PATH })),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  refuseOddRequests(fastify.server);
  addClientAddress(fastify, trustProxy);
  new Connections(fastify.server, mostOpen); // eslint-disable-line no-new
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(corsHeaders(request.headers.origin, corsOrigins));
    done();
  });
  holdHeaderRules(fastify);
  readJsonOnly(fastify);
  refuseOtherMethods(fastify);
  protectAnswers(fastify, { isEncrypted: tls !== undefined });
  return adapter;
}

/**
 * What an answer does not say otherwise: which request it answers, that it is what its type says, no page, and kept by nobody. The answer to a POST of JSON
 * no browser opens or keeps in any case (RFC 9111, section 3): updates are spared what this costs.
 */
function protectAnswers(fastify: FastifyInstance, { isEncrypted }: { readonly isEncrypted: boolean }): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header(REQUEST_ID, request.id);
    // For a year browsers come back encrypted only. Where a proxy ends TLS, saying so is the proxy's.
    if (isEncrypted) reply.header('strict-transport-security', 'max-age=31536000');
    if (request.method !== 'POST') closeToBrowsers(reply);
    done(null, payload);
  });
}

function closeToBrowsers(reply: FastifyReply): void {
  if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', NO_PAGE);
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
}
