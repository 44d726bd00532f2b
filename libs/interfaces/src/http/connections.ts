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

interface Bare {
  /** Of TLS, not done yet. */
  readonly isHandshake: boolean;
  /** Answered, and nothing else asked since. */
  readonly isIdle?: boolean;
  /** When its present state began. */
  since: number;
  /** The newest request, until it is answered to the end. */
  request?: IncomingMessage;
  response?: ServerResponse;
  /** Its client's turn came before the last look. */
  wasSeen?: boolean;
}

/**
 * Bounds and ends the connections of a server until they become WebSockets. None is held open by what its client does or does not do:
 *
 * | the client | is ended by |
 * |---|---|
 * | is silent, or slow with a head or a body | Node after ten seconds, with 408 |
 * | sends what is no HTTP, a tunnel, an upgrade that is refused; then does not close | `endConnection`, a second after the answer |
 * | does not finish its TLS handshake | this, after ten seconds |
 * | reads nothing of its answer | this, after `connectionTimeout` without progress, or two minutes in all |
 * | asks for nothing more | Node after `keepAliveTimeout`, or this after five seconds where there are many |
 *
 * Where there are more connections than fit, the one whose client is silent for longest makes room for the newest; a request that has
 * arrived as a whole is always answered. Costs a look at each connection a second.
 *
 * `mostOpen`: how many connections may be open at a time, those that became WebSockets included.
 */
export class Connections {
  /** By their socket, or the TLS socket on it; the longest unchanged first. */
  private readonly bare = new Map<Socket, Bare>();
  private readonly open = new Set<Socket>();
  /** TCP sockets by their client's address and port, while nothing else leads from one to its TLS socket. */
  private readonly handshakes = new Map<string, Socket>();
  private readonly looking = setInterval(() => this.look(), LOOK_MS).unref();
  private isDraining = false;

  constructor(
    private readonly server: Server,
    private readonly mostOpen = Infinity,
  ) {
    const isTls = server instanceof TlsServer;
    server.prependListener('connection', (socket: Socket) => this.accept(socket, { isHandshake: isTls }));
    if (isTls) server.prependListener('secureConnection', (socket: TLSSocket) => this.secure(socket));
    // By then every other listener is there, and these come before it.
    server.once('listening', () => {
      if (!server.listenerCount('upgrade')) server.on('upgrade', (request, socket, head) => ignoreUpgrade(server, request, socket, head));
      server.prependListener('upgrade', (_request, socket) => void this.bare.delete(socket as Socket));
      server.prependListener('request', (request, response) => this.serve(request, response));
    });
    server.once('close', () => clearInterval(this.looking));
  }

  /** The server is closing: ends at once what is idle or silent, and within two seconds what is begun and does not go on. */
  drain(): void {
    this.isDraining = true;
    for (const [socket, { response }] of this.bare) if (!response) this.end(socket);
  }

  /** Also called for a connection whose upgrade was ignored. */
  private accept(socket: Socket, { isHandshake }: Pick<Bare, 'isHandshake'>): void {
    this.bare.set(socket, { isHandshake, since: performance.now() });
    if (this.open.has(socket)) return;
    const peer = peerOf(socket);
    if (isHandshake) this.handshakes.set(peer, socket);
    this.open.add(socket);
    socket.once('close', () => {
      this.open.delete(socket);
      this.bare.delete(socket);
      if (this.handshakes.get(peer) === socket) this.handshakes.delete(peer);
    });
    if (this.open.size > this.mostOpen || this.bare.size > MOST_BARE) this.makeRoom();
  }

  private secure(socket: TLSSocket): void {
    const peer = peerOf(socket);
    const below = this.handshakes.get(peer);
    this.handshakes.delete(peer);
    if (below) {
      this.bare.delete(below);
      socket.once('close', () => this.bare.delete(socket));
    }
    this.bare.set(socket, { isHandshake: false, since: performance.now() });
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const bare = this.bare.get(socket);
    if (!bare) return;
    Object.assign(bare, { since: performance.now(), request, response });
    response.on('timeout', () => void (response.headersSent && socket.destroy()));
    response.once('close', () => {
      if (bare.response !== response || !this.bare.delete(socket)) return;
      if (!socket.destroyed) this.bare.set(socket, { isHandshake: false, isIdle: true, since: performance.now() });
    });
  }

  private look(): void {
    const now = performance.now();
    const idle: Socket[] = [];
    for (const [socket, bare] of this.bare) {
      const ms = now - bare.since;
      const isLate = (bare.isHandshake && ms > HANDSHAKE_MS) || (bare.response && ms > ANSWER_MS) || (this.isDraining && isWaitedFor(bare) && bare.wasSeen);
      bare.wasSeen = isWaitedFor(bare);
      if (isLate) this.end(socket);
      else if (bare.isIdle && ms > IDLE_MS) idle.push(socket);
    }
    for (const socket of idle.slice(0, -MOST_IDLE)) this.end(socket);
  }

  private makeRoom(): void {
    for (const [socket, bare] of this.bare) {
      if (isWaitedFor(bare)) return this.end(socket);
    }
  }

  private end(socket: Socket): void {
    this.bare.delete(socket);
    socket.destroy();
  }
}

/** Whether it is the client's turn: to shake hands, to send a request or the rest of it, to take its answer. */
const isWaitedFor = ({ request, response }: Bare): boolean => !response || !request!.complete || response.headersSent;

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
