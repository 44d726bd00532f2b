import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '@scoreboard/domain';
import type { Namespace, Server, Socket } from 'socket.io';
import { type Admission, readRevision } from './admission';
import { Place } from './connection-limits';
import { tokenOf } from './handshake-token';
import { ioMessage, SocketIoSubscriber } from './socket-io-subscriber';
import { ReadyFrames } from './ready-frame';
import { type Handshake, ignore, refuseHandshake, type RefuseOptions } from './refuse';

type Connection = Socket['conn'];
type AllowRequest = (request: Handshake, answer: (error: null, isAllowed: boolean) => void) => void;

/**
 * Lets clients of Socket.IO in, in two steps: the handshake, before which a token is unknown, and the namespace, with the token.
 *
 * A stock client tries again when its handshake is refused or its connection closes, and never after an error of the namespace:
 * so that is kept for a token that was never good.
 */
export class SocketIoEntrance {
  private readonly places = new WeakMap<Handshake, Place>();
  /** Connections that have named a namespace: each may be in it once, also while it is decided whether it may. */
  private readonly entered = new WeakSet<Connection>();

  constructor(
    private readonly admission: Admission,
    private readonly options: RefuseOptions,
  ) {}

  /** Socket.IO's `allowRequest`. Its own refusal would be a 400, whatever the reason: what is refused is answered here, and never allowed. */
  readonly allowRequest: AllowRequest = async (request, answer) => {
    const place = this.admission.claim(request);
    if (!(place instanceof Place)) return refuseHandshake(this.options, request, place);
    const { socket } = request;
    place.keepFor(socket);
    socket.on('error', ignore);
    const why = await this.admission.awaitBoard();
    socket.off('error', ignore);
    if (socket.destroyed) return; // it did not wait
    this.places.set(request, place);
    if (!why) return answer(null, true);
    place.giveBack(); // another request may come over the same connection
    refuseHandshake(this.options, request, why);
  };

  /** Before Socket.IO takes its first handshake. */
  attach({ engine }: Server): void {
    engine.on('connection', (connection: Connection) => this.places.get(connection.request)!.keepFor(connection));
    engine.on('connection_error', ({ req }: { readonly req: Handshake }) => this.places.get(req)?.giveBack());
    // Behind a balancer the session of one that polls may be another gateway's: 503 sends it there, where engine.io's 400 would end it.
    engine.use((request: Handshake & { readonly _query: { readonly sid?: string } }, _response: unknown, next: () => void) => {
      const { sid } = request._query;
      const isStrange = sid !== undefined && !Object.hasOwn((engine as unknown as { readonly clients: object }).clients, sid);
      const why = isStrange ? this.admission.closedBecause() : undefined;
      if (why) refuseHandshake(this.options, request, why);
      else next();
    });
  }

  guard(namespace: Namespace): void {
    const frames = new ReadyFrames((state) => ioMessage(namespace.name, state));
    namespace.use((socket, next) => void this.letIn(socket, frames, next));
  }

  private async letIn(socket: Socket, frames: ReadyFrames, next: (error?: Error) => void): Promise<void> {
    const { conn, handshake } = socket;
    if (this.entered.has(conn)) return turnAway(socket, next, new Error('in the namespace already'));
    this.entered.add(conn);
    try {
      const recognition = await this.admission.identify(tokenOf(handshake));
      socket.data = new SocketIoSubscriber(socket, frames, recognition, readRevision(handshake.auth['revision']));
      // Kept for as long as the client stays, and needed by nobody any more.
      Reflect.set(conn, 'request', null);
      Reflect.set(socket, 'handshake', null);
      next();
    } catch (error) {
      const { code, kind, details } = error as Refusal; // `identify` rejects with nothing else
      if (code === 'keys-unavailable') await delay(holdMs());
      if (kind !== 'unauthenticated') return turnAway(socket, next, error as Refusal);
      this.entered.delete(conn);
      next(Object.assign(new Error('unauthenticated'), { data: { status: 401, detail: details.detail } }));
    }
  }
}

/**
 * How long a client is held before it is turned away, while a provider of keys is away. A stock client is back about a second later,
 * each time: without this a crowd of them would keep the gateway busy with nothing else.
 */
const holdMs = (): number => 1_000 + 2_000 * Math.random();

/** Ends the connection. Socket.IO forgets the client when it is told so as well, and sends nothing any more. */
function turnAway({ conn }: Socket, next: (error: Error) => void, error: Error): void {
  conn.close();
  next(error);
}
