import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newRequestId, requestIdOf } from '@scoreboard/application';
import type { Refusal } from '@scoreboard/domain';
import { headersOfRefusal, problem, PROBLEM_HEADERS, PROBLEM_TYPE, problemOfRefusal } from './problem';

/** What Node tells of a connection that brought no HTTP, or none in time. */
const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is no HTTP at all never becomes a request: it is answered on the bare connection, which is closed. */
export function refuseMalformedHttp({ code }: { readonly code?: string }, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  answerBare(socket, STATUS_OF[code ?? ''] ?? 400);
}

/** Answers what Node keeps from Fastify: a tunnel (CONNECT) and an `Expect` that is unknown. */
export function refuseOddRequests(server: Server): void {
  server.on('connect', (request, socket) => answerBare(socket, 400, request));
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = bareAnswer(417, request);
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
export function bareAnswer(why: Refusal | number, request?: Pick<IncomingMessage, 'url' | 'headers'>): BareAnswer {
  const instance = request?.url?.split('?')[0];
  const answer = typeof why === 'number' ? problem(why, { instance }) : problemOfRefusal(why, instance);
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

function answerBare(socket: Duplex, status: number, request?: IncomingMessage): void {
  const { headers, body } = bareAnswer(status, request);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
