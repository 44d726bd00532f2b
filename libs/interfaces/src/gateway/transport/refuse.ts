import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '@scoreboard/domain';
import { bareAnswer, endConnection } from '../../http/bare-connection';

/** Why a client is refused: a refusal, or a plain status. */
export type RejectReason = Refusal | 400 | 403 | 405;

/** The first request of a Socket.IO client. For a polling request, engine.io sets `res`. */
export type Handshake = IncomingMessage & { readonly res?: ServerResponse };

/** For a client that disconnects in the meantime: the next write to its socket notices. */
export const ignore = (): void => undefined;

/** Answers an upgrade request with a plain HTTP response. */
export const refuse = (request: IncomingMessage, socket: Duplex, why: RejectReason): void => endConnection(socket, bareAnswer(why, request));

/** The same for a Socket.IO request, which may be an upgrade or a poll. */
export function refuseHandshake(request: Handshake, why: RejectReason, more: Readonly<Record<string, string>> = {}): void {
  if (!request.res) return refuse(request, request.socket, why);
  const { status, headers, body } = bareAnswer(why, request);
  request.res.writeHead(status, { ...headers, ...more }).end(body);
}
