import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '@scoreboard/domain';

/** Why a client may not come in: a refusal of ours, or a status that says all. */
export type Why = Refusal | 400 | 403 | 405;

/** The first request of a Socket.IO client. engine.io has put the response into one that polls. */
export type Handshake = IncomingMessage & { readonly res?: ServerResponse };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How the application answers on connections that it does not serve itself. */
export interface BareConnections {
  /** The whole HTTP answer, in the one shape that all errors of the application have. */
  readonly answer: (why: Why, request: IncomingMessage) => Answer;
  /** Writes it, and destroys the connection whatever its client does. */
  readonly end: (socket: Duplex, answer: Answer) => void;
  /** Serves the request as if it had not asked for an upgrade. */
  readonly ignoreUpgrade: (server: Server, request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface RefuseOptions {
  readonly bare: Pick<BareConnections, 'answer' | 'end'>;
}

/** For a client that goes away meanwhile: whatever writes to its socket next finds out. */
export const ignore = (): void => undefined;

/** Answers a request for an upgrade with a plain HTTP response. */
export const refuse = ({ bare }: RefuseOptions, request: IncomingMessage, socket: Duplex, why: Why): void => bare.end(socket, bare.answer(why, request));

/** The same for a request of Socket.IO, which asks for an upgrade or polls. */
export function refuseHandshake(options: RefuseOptions, request: Handshake, why: Why, more: Readonly<Record<string, string>> = {}): void {
  if (!request.res) return refuse(options, request, request.socket, why);
  const { status, headers, body } = options.bare.answer(why, request);
  request.res.writeHead(status, { ...headers, ...more }).end(body);
}
