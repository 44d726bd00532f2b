import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem, PROBLEM_HEADERS, PROBLEM_TYPE } from './problem';

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
  server.on('connect', (_request, socket) => answerBare(socket, 400));
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { headers, body } = describe(417);
    response.writeHead(417, headers).end(body);
  });
}

function answerBare(socket: Duplex, status: number): void {
  const { title, headers, body } = describe(status);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`);
}

function describe(status: number) {
  const answer = problem(status);
  const body = JSON.stringify(answer);
  return { title: answer.title, body, headers: { 'Content-Type': PROBLEM_TYPE, ...PROBLEM_HEADERS, 'Content-Length': Buffer.byteLength(body), 'Connection': 'close' } };
}
