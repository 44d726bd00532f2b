import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

type Status = 401 | 403 | 404 | 429 | 503;

/** For a client that goes away meanwhile: whatever writes to its socket next finds out. */
export const ignore = (): void => undefined;

/** Answers a request for an upgrade with a plain HTTP response. */
export function refuse(socket: Duplex, status: Status): void {
  socket.on('error', ignore);
  socket.once('finish', () => socket.destroy()); // a client need not close its side
  const lines = Object.entries(headersOf(status)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
}

/** The same for a handshake of Socket.IO, which asks for an upgrade or polls: then engine.io has put the response into the request. */
export function refuseHandshake(request: IncomingMessage & { readonly res?: ServerResponse }, status: Status): void {
  if (request.res) request.res.writeHead(status, headersOf(status)).end();
  else refuse(request.socket, status);
}

const headersOf = (status: Status): Record<string, string> => ({
  ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
  ...(status === 429 && { 'Retry-After': '10' }),
  'Connection': 'close',
  'Content-Length': '0',
});
