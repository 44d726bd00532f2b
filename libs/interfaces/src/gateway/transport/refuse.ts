import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '@scoreboard/domain';

/** Why a client may not come in: a refusal of ours, or a status that says all. */
export type RejectReason = Refusal | 403 | 404;

/** The first request of a Socket.IO client. engine.io has put the response into one that polls. */
export type Handshake = IncomingMessage & { readonly res?: ServerResponse };

export interface RefuseOptions {
  /** The whole HTTP answer, in the one shape that all errors of the application have. */
  readonly answer: (why: RejectReason, request: IncomingMessage) => { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

/** For a client that goes away meanwhile: whatever writes to its socket next finds out. */
export const ignore = (): void => undefined;

/** Answers a request for an upgrade with a plain HTTP response. */
export function refuse({ answer }: RefuseOptions, request: IncomingMessage, socket: Duplex, why: RejectReason): void {
  socket.on('error', ignore);
  socket.once('finish', () => socket.destroy()); // a client need not close its side
  const { status, headers, body } = answer(why, request);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

/** The same for a handshake of Socket.IO, which asks for an upgrade or polls. */
export function refuseHandshake(options: RefuseOptions, request: Handshake, why: RejectReason): void {
  if (!request.res) return refuse(options, request, request.socket, why);
  const { status, headers, body } = options.answer(why, request);
  request.res.writeHead(status, headers).end(body);
}
