import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { newRequestId, requestIdOf } from '@scoreboard/application';
import type { Refusal } from '@scoreboard/domain';
import { headersOfRefusal, problem, PROBLEM_HEADERS, PROBLEM_TYPE, problemOfRefusal } from './problem';

/** How long a client has to read the last answer and close the connection. */
export const LINGER_MS = 1_000;

/** The status for each error code with which Node reports a malformed or late request; 400 for any other. */
const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** For statuses that do not explain their cause. */
const DETAIL: Readonly<Record<number, string>> = {
  400: 'Malformed HTTP/1.1 request, or an unknown method.',
  408: 'The whole request must arrive within 10 seconds.',
  431: 'The request line and headers are larger than 16 KiB.',
};

const ending = new WeakSet<Duplex>();
const ignore = (): void => undefined;

/** Malformed HTTP never becomes a request: it is answered directly on the connection, which is then closed. */
export function refuseMalformedHttp({ code }: { readonly code?: string }, socket: Duplex): void {
  if (ending.has(socket)) return; // Node reports each byte that follows
  const isAnswerable = code !== 'ECONNRESET' && socket.writable && !isShakingHands(socket) && !isBeingAnswered(socket);
  if (isAnswerable) endConnection(socket, malformedAnswer(STATUS_OF[code ?? ''] ?? 400));
  else socket.destroy();
}

/** Answers the requests that Node does not pass to Fastify: `CONNECT`, and an unknown `Expect`. */
export function refuseOddRequests(server: Server): void {
  server.on('connect', (request, socket) => endConnection(socket, bareAnswer(400, request, 'CONNECT is not supported: this server is not a proxy.')));
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = bareAnswer(417, request, 'Unsupported Expect header: only 100-continue is supported.');
    response.writeHead(status, headers).end(body);
  });
}

/** A complete response for a connection that Fastify does not serve; the connection closes after it. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Builds a problem from a refusal, or from a status that needs no code of ours. `instance` is the request's path, without its query. */
export function bareAnswer(why: Refusal | number, request?: Pick<IncomingMessage, 'url' | 'headers'>, detail?: string): BareAnswer {
  const instance = request?.url?.split('?')[0];
  const answer = typeof why === 'number' ? problem(why, { instance, detail }) : problemOfRefusal(why, instance);
  const body = JSON.stringify(answer);
  const headers = {
    'Content-Type': PROBLEM_TYPE,
    ...PROBLEM_HEADERS,
    'X-Request-Id': request ? requestIdOf(request.headers) : newRequestId(),
    ...(typeof why === 'number' ? {} : headersOfRefusal(why)),
    'Content-Length': String(Buffer.byteLength(body)),
    'Connection': 'close',
  };
  return { status: answer.status, headers, body };
}

const malformedAnswer = (status: number): BareAnswer => bareAnswer(status, undefined, DETAIL[status]);

/** Writes the last answer on a connection and closes it: see `discardTheRest`. */
export function endConnection(socket: Duplex, { status, headers, body }: BareAnswer): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  discardTheRest(socket);
}

/**
 * Closes a connection after its last answer, while the client may still be sending: ends our side, discards without parsing what arrives, and destroys
 * the connection one second later, whatever the client does. Closing at once with unread bytes would reset the connection, and the client would
 * lose the answer (RFC 9112, section 9.6).
 */
export function discardTheRest(socket: Duplex): void {
  ending.add(socket);
  socket.on('error', ignore);
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  const discard = () => void socket.removeAllListeners('data').on('data', ignore);
  // Node's own listener starts the reading of a paused connection, until we replace it.
  if (socket.isPaused()) socket.once('resume', discard).resume();
  else discard();
}

/** During the TLS handshake a write would wait for the handshake to end. */
const isShakingHands = (socket: Duplex): boolean => socket instanceof TLSSocket && Boolean(Reflect.get(socket, 'secureConnecting'));

/** A second answer would be read as part of the one already being sent. */
const isBeingAnswered = (socket: Duplex): boolean => Boolean((Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined)?.headersSent);
