import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { newRequestId, requestIdOf } from '@scoreboard/application';
import type { Refusal } from '@scoreboard/domain';
import { headersOfRefusal, problem, PROBLEM_HEADERS, PROBLEM_TYPE, problemOfRefusal } from './problem';

/** How long a client may take to read the last answer and to close. */
export const LINGER_MS = 1_000;

/** What Node tells of a connection that brought no HTTP, or none in time. */
const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Where the status alone leaves its cause open. */
const DETAIL: Readonly<Record<number, string>> = {
  400: 'This is no request of HTTP/1.1, or one of a method that is not known.',
  408: 'A request must arrive within 10 seconds.',
  431: 'The head of a request may have 16 KiB at most.',
};

const ending = new WeakSet<Duplex>();
const ignore = (): void => undefined;

/** What is no HTTP at all never becomes a request: it is answered on the bare connection, which is closed. */
export function refuseMalformedHttp({ code }: { readonly code?: string }, socket: Duplex): void {
  if (ending.has(socket)) return; // Node tells of each byte that follows
  const isAnswerable = code !== 'ECONNRESET' && socket.writable && !isShakingHands(socket) && !isBeingAnswered(socket);
  if (isAnswerable) endConnection(socket, malformedAnswer(STATUS_OF[code ?? ''] ?? 400));
  else socket.destroy();
}

/** Answers what Node keeps from Fastify: a tunnel (CONNECT) and an `Expect` that is unknown. */
export function refuseOddRequests(server: Server): void {
  server.on('connect', (request, socket) => endConnection(socket, bareAnswer(400, request, 'This is no proxy.')));
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = bareAnswer(417, request, 'Of Expect only 100-continue is known.');
    response.writeHead(status, headers).end(body);
  });
}

/** A whole answer for a connection that Fastify does not serve, and that ends with it. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The problem for a refusal of ours, or for a status that says all. Of the request's `url` only the path is told. */
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

/**
 * Writes the last answer on a connection, and destroys it a second later, whatever its client does. What the client sends meanwhile is
 * thrown away unread by any parser: closed at once, with bytes unread, the connection would be reset and the answer might be lost.
 */
export function endConnection(socket: Duplex, { status, headers, body }: BareAnswer): void {
  ending.add(socket);
  socket.on('error', ignore);
  socket.removeAllListeners('data').on('data', ignore);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** What is written to it waits for the handshake. */
const isShakingHands = (socket: Duplex): boolean => socket instanceof TLSSocket && Boolean(Reflect.get(socket, 'secureConnecting'));

/** Another answer would be taken for a part of the one that is on its way. */
const isBeingAnswered = (socket: Duplex): boolean => Boolean((Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined)?.headersSent);
