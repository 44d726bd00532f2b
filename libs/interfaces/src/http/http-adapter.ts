import type { IncomingMessage, ServerOptions } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { requestIdOf } from '@scoreboard/application';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseMalformedHttp, refuseOddRequests } from './bare-connection';
import { allowLargerBodies } from './body-limits';
import { addClientAddress } from './client-address';
import { Connections } from './connections';
import { corsHeaders } from './cors';
import { holdHeaderRules } from './header-rules';
import { DECLINE_UPGRADES } from './ignored-upgrade';
import { readJsonOnly } from './json-body';
import { refuseOtherMethods } from './other-methods';
import { problem, REQUEST_ID, sendProblem } from './problem';

const BODY_LIMIT = 16 * 1024;

/** Node refuses longer headers with 431. A path parameter may be this long too: its schema checks it. */
const HEAD_LIMIT = 16 * 1024;

/** The headers, and the whole request with its body, must arrive within this time; otherwise 408. */
const REQUEST_MS = 10_000;

/** Longer than the 60 s after which load balancers close an idle connection: they must close it first. */
const KEEP_ALIVE_MS = 65_000;

const SERVER: ServerOptions = {
  ...DECLINE_UPGRADES,
  maxHeaderSize: HEAD_LIMIT,
  headersTimeout: REQUEST_MS,
  requestTimeout: REQUEST_MS,
  // How often Node checks for slow requests; default: every 30 s.
  connectionsCheckingInterval: 1_000,
  requireHostHeader: false, // `holdHeaderRules` checks it and answers with a problem
};

const BAD_PATH = 'Malformed path: expected percent-encoded UTF-8 (RFC 3986, section 2.1).';

/** For everything but pages: no scripts, no loading, no framing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/** What the HTTP server needs to know. */
export interface HttpAdapterOptions {
  /** Origins whose pages may read the answers. */
  readonly corsOrigins: readonly string[];
  /** How many proxies in front are trusted to report the client's address. */
  readonly trustProxy: number;
  /** Certificate and key in PEM: serves HTTPS, TLS 1.2 or newer. Default: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The most connections open at a time: see `Connections`. Default: no limit. */
  readonly maxConnections?: number;
}

/** Fastify as every role uses it: only small JSON bodies, time limits for slow requests, and the same error format for errors below Nest. */
export function createHttpAdapter({ corsOrigins, trustProxy, tls, maxConnections }: HttpAdapterOptions): FastifyAdapter {
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
  new Connections(fastify.server, maxConnections); // eslint-disable-line no-new
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(corsHeaders(request.headers.origin, corsOrigins));
    done();
  });
  holdHeaderRules(fastify);
  allowLargerBodies(fastify);
  readJsonOnly(fastify);
  refuseOtherMethods(fastify);
  protectAnswers(fastify, { isEncrypted: tls !== undefined });
  return adapter;
}

/**
 * Default headers of every answer: the request's id, no type sniffing, no page, no caching. Browsers never display or cache the answer to a POST
 * of JSON (RFC 9111, section 3), so updates are spared the cost of the last two.
 */
function protectAnswers(fastify: FastifyInstance, { isEncrypted }: { readonly isEncrypted: boolean }): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header(REQUEST_ID, request.id);
    // For one year browsers connect over TLS only. If a proxy terminates TLS, the proxy sets this header.
    if (isEncrypted) reply.header('strict-transport-security', 'max-age=31536000');
    if (request.method !== 'POST') closeToBrowsers(reply);
    done(null, payload);
  });
}

function closeToBrowsers(reply: FastifyReply): void {
  if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', NO_PAGE);
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
}
