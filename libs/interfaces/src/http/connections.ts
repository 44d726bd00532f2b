import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer, type TLSSocket } from 'node:tls';
import { discardTheRest } from './bare-connection';
import { ignoreUpgrade } from './ignored-upgrade';

const LOOK_MS = 1_000;

/** For the whole TLS handshake; Node's own limit restarts with each byte. */
const HANDSHAKE_MS = 10_000;

/** From a request to the last byte of its answer. Long enough for the largest file over a slow line, and longer than any poll. */
const ANSWER_MS = 120_000;

/** Idle connections beyond `MOST_IDLE` are closed after `IDLE_MS`, the longest idle first. */
const MOST_IDLE = 200;
const IDLE_MS = 5_000;

/** Each connection takes about 15 KB. */
const MOST_BARE = 10_000;

/** An answer is abandoned when the client reads nothing of it for this long. */
const STALLED_MS = 10_000;

interface Connection {
  /** A TLS handshake that is not complete yet. */
  readonly isHandshake: boolean;
  /** Answers not fully sent yet; several if the client pipelines requests. */
  readonly answers: Set<ServerResponse>;
  /** Every request is answered, and no new one has arrived. */
  isIdle: boolean;
  /** When the current state began (`performance.now()`). */
  since: number;
  /** Bytes that the client has read in total, and when it last read any. */
  taken: number;
  tookAt: number;
  /** At the last check the server was closing and waited for this client. */
  isWarned: boolean;
}

/**
 * Limits a server's connections and closes them, until they become WebSockets. No client can hold a connection open:
 *
 * | the client | is disconnected by |
 * |---|---|
 * | is silent, or sends the headers or body slowly | Node after 10 s, with 408 |
 * | sends malformed HTTP, `CONNECT` or a refused upgrade, and does not close | `endConnection`, 1 s after the answer |
 * | still sends a body after the last answer, for example 413 | this class, 1 s after the answer |
 * | does not finish its TLS handshake | this class, after 10 s |
 * | does not read its answer | this class, after 10 s without progress, or 2 min in total |
 * | sends no further request | Node after `keepAliveTimeout`, or this class after 5 s if there are many idle connections |
 * | keeps a closing server waiting | this class, after 2 s |
 *
 * At the connection limit, the connection whose client has been silent longest is closed to make room for the newest. A request that has
 * arrived completely is always answered. Cost: one check of each connection per second.
 */
export class Connections {
  /** Connections that are not WebSockets; the longest unchanged first. */
  private readonly bare = new Map<Socket, Connection>();
  private readonly known = new WeakMap<Socket, Connection>();
  /** All open connections. For TLS, the underlying TCP sockets. */
  private readonly open = new Set<Socket>();
  /** TCP sockets by client address and port: during the handshake nothing else links a TCP socket to its TLS socket. */
  private readonly handshakes = new Map<string, Socket>();
  private readonly looking = setInterval(() => this.look(), LOOK_MS).unref();
  private hasListened = false;

  /** `maxConnections`: the most connections open at a time, WebSockets included. */
  constructor(
    private readonly server: Server,
    private readonly maxConnections = Infinity,
  ) {
    const isTls = server instanceof TlsServer;
    server.prependListener('connection', (socket: Socket) => this.accept(socket, isTls));
    if (isTls) server.prependListener('secureConnection', (socket: TLSSocket) => this.secure(socket));
    server.once('listening', () => this.listen());
    server.once('close', () => clearInterval(this.looking));
  }

  /** Every other listener is registered by now; these are added in front of them. */
  private listen(): void {
    const { server } = this;
    this.hasListened = true;
    // Without a listener, Node would drop the bytes that follow such a request.
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
    if (this.open.size > this.maxConnections || this.bare.size > MOST_BARE) this.makeRoom();
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
    // Node calls this after the last answer of a connection.
    const { destroySoon } = socket;
    socket.destroySoon = () => (isReceived(connection) ? destroySoon.call(socket) : discardTheRest(socket));
    socket.once('close', () => {
      this.bare.delete(socket);
      // Node closes the answer in progress. The pipelined answers after it would keep their files open.
      for (const answer of connection.answers) answer.destroy().emit('close');
    });
  }

  private serve({ socket }: IncomingMessage, response: ServerResponse): void {
    const connection = this.bare.get(socket);
    if (!connection) return;
    const { answers } = connection;
    answers.add(response);
    connection.isIdle = false;
    connection.since = performance.now();
    response.once('close', () => {
      answers.delete(response);
      if (answers.size || this.bare.get(socket) !== connection) return;
      connection.isIdle = true;
      connection.since = performance.now();
      this.bare.delete(socket);
      this.bare.set(socket, connection);
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

/** Whether the server waits for the client: for the handshake, for the rest of a request, or for the client to read its answer. */
const isWaitedFor = ({ answers }: Connection): boolean => [...answers].every(({ req, headersSent }) => !req.complete || headersSent);

/** Whether one of the client's time limits has passed. */
function isOver(socket: Socket, connection: Connection, now: number): boolean {
  const taken = socket.bytesWritten - socket.writableLength;
  if (taken !== connection.taken || !socket.writableLength) Object.assign(connection, { taken, tookAt: now });
  const ms = now - connection.since;
  return (connection.isHandshake && ms > HANDSHAKE_MS) || (connection.answers.size > 0 && ms > ANSWER_MS) || now - connection.tookAt > STALLED_MS;
}

/** Whether all requests that are being answered have arrived completely. */
const isReceived = ({ answers }: Connection): boolean => [...answers].every(({ req }) => req.complete);

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
