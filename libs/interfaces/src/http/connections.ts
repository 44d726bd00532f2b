import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer, type TLSSocket } from 'node:tls';
import { ignoreUpgrade } from './ignored-upgrade';

const LOOK_MS = 1_000;

/** A TLS handshake as a whole; Node's own limit begins anew with each byte. */
const HANDSHAKE_MS = 10_000;

/** From a request to the last byte of its answer: the largest file is taken in this time over a slow line, and no poll waits as long. */
const ANSWER_MS = 120_000;

/** More idle connections than these are closed after this time, the longest idle first. */
const MOST_IDLE = 200;
const IDLE_MS = 5_000;

/** A connection takes some 15 KB. */
const MOST_BARE = 10_000;

/** An answer of which the client takes nothing for so long is given up. */
const STALLED_MS = 10_000;

interface Connection {
  /** Of TLS, not done yet. */
  readonly isHandshake: boolean;
  /** Not yet sent to the end; several where a client does not wait for one before it asks again. */
  readonly answers: Set<ServerResponse>;
  /** Answered, and nothing else asked since. */
  isIdle: boolean;
  /** When its present state began, on the clock of `performance`. */
  since: number;
  /** How many bytes it had taken when it last took some, and when that was. */
  taken: number;
  tookAt: number;
  /** At the last look it was its client's turn, and the server was closing. */
  isWarned: boolean;
}

/**
 * Bounds and ends the connections of a server until they become WebSockets. None is held open by what its client does or does not do:
 *
 * | the client | is ended by |
 * |---|---|
 * | is silent, or slow with a head or a body | Node after ten seconds, with 408 |
 * | sends what is no HTTP, a tunnel, an upgrade that is refused; then does not close | `endConnection`, a second after the answer |
 * | does not finish its TLS handshake | this, after ten seconds |
 * | takes nothing of its answer | this, after ten seconds, or two minutes in all |
 * | asks for nothing more | Node after `keepAliveTimeout`, or this after five seconds where there are many |
 * | lets a server wait that is closing | this, after two seconds |
 *
 * Where there are more connections than fit, the one whose client is silent for longest makes room for the newest; a request that has
 * arrived as a whole is always answered. Costs a look at each connection a second.
 */
export class Connections {
  /** Until they become WebSockets; the longest unchanged first. */
  private readonly bare = new Map<Socket, Connection>();
  private readonly known = new WeakMap<Socket, Connection>();
  /** All that are open. Of TLS, the TCP sockets below. */
  private readonly open = new Set<Socket>();
  /** TCP sockets by their client's address and port, while nothing else leads from one to its TLS socket. */
  private readonly handshakes = new Map<string, Socket>();
  private readonly looking = setInterval(() => this.look(), LOOK_MS).unref();
  private hasListened = false;

  /** `mostOpen`: how many connections may be open at a time, those that became WebSockets included. */
  constructor(
    private readonly server: Server,
    private readonly mostOpen = Infinity,
  ) {
    const isTls = server instanceof TlsServer;
    server.prependListener('connection', (socket: Socket) => this.accept(socket, isTls));
    if (isTls) server.prependListener('secureConnection', (socket: TLSSocket) => this.secure(socket));
    server.once('listening', () => this.listen());
    server.once('close', () => clearInterval(this.looking));
  }

  /** Every other listener is there by now, and these come before it. */
  private listen(): void {
    const { server } = this;
    this.hasListened = true;
    // Without a listener Node would lose what comes right behind such a request.
    if (!server.listenerCount('upgrade')) server.on('upgrade', (request, socket, head) => ignoreUpgrade(server, request, socket, head));
    server.prependListener('upgrade', (_request, socket) => void this.bare.delete(socket as Socket));
    server.prependListener('request', (request, response) => this.serve(request, response));
  }

  private accept(socket: Socket, isHandshake: boolean): void {
    if (this.open.has(socket)) return this.watch(socket); // its upgrade was ignored
    const peer = peerOf(socket);
    this.open.add(socket);
    if (isHandshake) this.handshakes.set(peer, socket);
    this.watch(socket, isHandshake);
    socket.once('close', () => {
      this.open.delete(socket);
      if (this.handshakes.get(peer) === socket) this.handshakes.delete(peer);
    });
    if (this.open.size > this.mostOpen || this.bare.size > MOST_BARE) this.makeRoom();
  }

  private secure(socket: TLSSocket): void {
    const peer = peerOf(socket);
    const below = this.handshakes.get(peer);
    this.handshakes.delete(peer);
    if (below) this.bare.delete(below);
    this.watch(socket);
  }

  private watch(socket: Socket, isHandshake = false): void {
    const now = performance.now();
    const known = this.known.get(socket);
    const connection = known ?? { isHandshake, answers: new Set(), isIdle: false, since: now, taken: 0, tookAt: now, isWarned: false };
    this.bare.set(socket, Object.assign(connection, { isIdle: false, since: now }));
    if (known) return;
    this.known.set(socket, connection);
    socket.once('close', () => {
      this.bare.delete(socket);
      // Node closes the answer that is on its way; those that were to follow would keep the files open that they read.
      for (const answer of connection.answers) answer.destroy().emit('close');
    });
  }

  private serve({ socket }: IncomingMessage, response: ServerResponse): void {
    const connection = this.bare.get(socket);
    if (!connection) return;
    const { answers } = connection;
    answers.add(response);
    Object.assign(connection, { isIdle: false, since: performance.now() });
    response.once('close', () => {
      answers.delete(response);
      if (answers.size || this.bare.get(socket) !== connection) return;
      this.bare.delete(socket);
      this.bare.set(socket, Object.assign(connection, { isIdle: true, since: performance.now() }));
    });
  }

  private look(): void {
    const now = performance.now();
    const isClosing = this.hasListened && !this.server.listening;
    const idle: Socket[] = [];
    for (const [socket, connection] of this.bare) {
      if (isOver(socket, connection, now) || (isClosing && connection.isWarned && isWaitedFor(connection))) this.end(socket);
      else if (connection.isIdle && now - connection.since > IDLE_MS) idle.push(socket);
      connection.isWarned = isClosing && isWaitedFor(connection);
    }
    for (const socket of idle.slice(0, -MOST_IDLE)) this.end(socket);
  }

  private makeRoom(): void {
    for (const [socket, connection] of this.bare) {
      if (isWaitedFor(connection)) return this.end(socket);
    }
  }

  private end(socket: Socket): void {
    this.bare.delete(socket);
    socket.destroy();
  }
}

/** Whether it is the client's turn: to shake hands, to send a request or the rest of it, to take its answer. */
const isWaitedFor = ({ answers }: Connection): boolean => [...answers].every(({ req, headersSent }) => !req.complete || headersSent);

/** Whether a client has had its time. */
function isOver(socket: Socket, connection: Connection, now: number): boolean {
  const taken = socket.bytesWritten - socket.writableLength;
  if (taken !== connection.taken || !socket.writableLength) Object.assign(connection, { taken, tookAt: now });
  const ms = now - connection.since;
  return (connection.isHandshake && ms > HANDSHAKE_MS) || (connection.answers.size > 0 && ms > ANSWER_MS) || now - connection.tookAt > STALLED_MS;
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
