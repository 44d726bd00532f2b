import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '@scoreboard/domain';
import { bareAnswer, endConnection } from '../../http/bare-connection';

/** Why a client may not come in: a refusal of ours, or a status that says all. */
export type RejectReason = Refusal | 400 | 403 | 405;

/** The first request of a Socket.IO client. engine.io has put the response into one that polls. */
export type Handshake = IncomingMessage & { readonly res?: ServerResponse };

/** For a client that goes away meanwhile: whatever writes to its socket next finds out. */
export const ignore = (): void => undefined;

/** Answers a request for an upgrade with a plain HTTP response. */
export const refuse = (request: IncomingMessage, socket: Duplex, why: RejectReason): void => endConnection(socket, bareAnswer(why, request));

/** The same for a request of Socket.IO, which asks for an upgrade or polls. */
export function refuseHandshake(request: Handshake, why: RejectReason, more: Readonly<Record<string, string>> = {}): void {
  if (!request.res) return refuse(request, request.socket, why);
  const { status, headers, body } = bareAnswer(why, request);
  request.res.writeHead(status, { ...headers, ...more }).end(body);
}
