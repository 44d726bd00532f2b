import { setTimeout as delay } from 'node:timers/promises';
import type { Subscriber } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import type { Namespace, Server, Socket } from 'socket.io';
import { type Admission, readRevision } from './admission';
import { Place } from './connection-limits';
import { tokenOf } from './handshake-token';
import { ioMessage, SocketIoSubscriber } from './socket-io-subscriber';
import { ReadyFrames } from './ready-frame';
import { type Handshake, ignore, refuseHandshake } from './refuse';

type Connection = Socket['conn'];
type AllowRequest = (request: Handshake, answer: (error: null, isAllowed: boolean) => void) => void;

/** engine.io would answer other methods with a bare 500. A preflight is answered before this check. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST']);

/**
 * Admits Socket.IO clients in two steps: first the handshake, which carries no token, then the namespace, with the token.
 *
 * A stock client reconnects after a refused handshake or a closed connection, but never after an error of the namespace. So a
 * namespace error is sent only for an invalid token.
 */
export class SocketIoEntrance {
  private readonly places = new WeakMap<Handshake, Place>();
  /** Connections that asked to join the namespace: each may join once, also while its request is being decided. */
  private readonly entered = new WeakSet<Connection>();

  constructor(private readonly admission: Admission) {}

  /** Socket.IO's `allowRequest`. Its own refusal is always a 400, so refused requests are answered here and `answer` is never called for them. */
  readonly allowRequest: AllowRequest = async (request, answer) => {
    const place = this.admission.claim(request);
    if (!(place instanceof Place)) return refuseHandshake(request, place);
    const { socket } = request;
    place.keepFor(socket);
    socket.on('error', ignore);
    const why = await this.admission.awaitBoard();
    socket.off('error', ignore);
    if (socket.destroyed) return; // the client disconnected
    this.places.set(request, place);
    if (!why) return answer(null, true);
    place.giveBack(); // the connection stays open and may send another request
    refuseHandshake(request, why);
  };

  /** Call before Socket.IO accepts its first handshake. */
  attach({ engine }: Server): void {
    engine.on('connection', (connection: Connection) => this.places.get(connection.request)!.keepFor(connection));
    engine.on('connection_error', ({ req }: { readonly req: Handshake }) => this.places.get(req)?.giveBack());
    engine.use((request: Handshake, _response: unknown, next: () => void) => {
      if (METHODS.has(request.method!)) next();
      else refuseHandshake(request, 405, { Allow: [...METHODS].join(', ') });
    });
    // Behind a load balancer a polling session may belong to another gateway: a 503 makes the balancer try that one, while engine.io's 400 would end the session.
    engine.use((request: Handshake & { readonly _query: { readonly sid?: string } }, _response: unknown, next: () => void) => {
      const { sid } = request._query;
      const isStrange = sid !== undefined && !Object.hasOwn((engine as unknown as { readonly clients: object }).clients, sid);
      const why = isStrange ? this.admission.closedBecause() : undefined;
      if (why) refuseHandshake(request, why);
      else next();
    });
  }

  guard(namespace: Namespace): void {
    const frames = new ReadyFrames((state) => ioMessage(namespace.name, state));
    namespace.use((socket, next) => void this.letIn(socket, frames, next));
  }

  private async letIn(socket: Socket, frames: ReadyFrames, next: (error?: Error) => void): Promise<void> {
    const { conn, handshake } = socket;
    if (this.entered.has(conn)) return turnAway(socket, next, new Error('already in the namespace'));
    this.entered.add(conn);
    try {
      const recognition = await this.admission.identify(tokenOf(handshake));
      const handle = new SocketIoSubscriber(socket, frames, recognition, readRevision(handshake.auth['revision']));
      Object.assign(socket, { handle } satisfies Subscriber);
      // No longer needed, and would otherwise stay in memory as long as the client is connected.
      Reflect.set(conn, 'request', null);
      Reflect.set(socket, 'handshake', null);
      next();
    } catch (error) {
      const { code, kind, details } = error as Refusal; // `identify` rejects only with a `Refusal`
      if (code === 'keys-unavailable') await delay(holdMs());
      if (kind !== 'unauthenticated') return turnAway(socket, next, error as Refusal);
      this.entered.delete(conn);
      next(Object.assign(new Error('unauthenticated'), { data: { status: 401, detail: details.detail } }));
    }
  }
}

/**
 * How long to wait before refusing a client while the key provider is down. A stock client reconnects about one second later, every
 * time: without this wait, many clients would keep the gateway busy.
 */
const holdMs = (): number => 1_000 + 2_000 * Math.random();

/** Closes the connection. The error also makes Socket.IO forget the client; it is not sent, because the connection is closed. */
function turnAway({ conn }: Socket, next: (error: Error) => void, error: Error): void {
  conn.close();
  next(error);
}
