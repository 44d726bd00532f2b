import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from '@scoreboard/domain';
import { type ServerOptions, WebSocketServer } from 'ws';
import { admit, type AdmissionOptions, readRevision, refusalOf } from './admission';
import { answerHeaders } from './answer-headers';
import type { ConnectionLimits } from './connection-limits';
import { CLOSE_MS, EXPIRED, goingAway } from './farewell';
import { onExpiry } from './on-expiry';
import { PlainSocket } from './plain-socket';
import { ignore, refuse, type RefuseOptions, type Why } from './refuse';

export interface PlainSocketServerOptions extends AdmissionOptions, RefuseOptions {
  readonly path: string;
  /** Why a handshake may not come in, whatever its token. */
  readonly refuses: (request: IncomingMessage) => Why | undefined;
  readonly limits: ConnectionLimits;
  readonly maxFrameBytes: number;
  /** How often clients must give a sign of life. */
  readonly pingIntervalMs: number;
}

/**
 * Plain WebSockets on one path of an HTTP server that others upgrade on as well.
 *
 * Emits `connection` with a `PlainSocket`. Who may not come in is answered before the upgrade: as `refuses` says, 401 for a
 * bad token (`?token=` or the `Authorization` header), 503 while no new clients are taken. Who was let in by a token is closed
 * with 4401 when it expires.
 */
export class PlainSocketServer extends EventEmitter {
  private readonly sockets = new Set<PlainSocket>();
  private readonly upgrader: WebSocketServer;
  private readonly pinging: NodeJS.Timeout;
  private isClosing = false;

  constructor(
    http: Server,
    private readonly options: PlainSocketServerOptions,
  ) {
    super();
    const upgrading: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      maxPayload: options.maxFrameBytes,
      closeTimeout: CLOSE_MS, // missing in the types
      perMessageDeflate: false,
      clientTracking: false,
    };
    this.upgrader = new WebSocketServer(upgrading);
    this.upgrader.on('headers', (lines, request) => {
      for (const [name, value] of Object.entries(answerHeaders(request))) lines.push(`${name}: ${value}`);
    });
    this.pinging = setInterval(() => this.sockets.forEach((socket) => socket.checkAlive()), options.pingIntervalMs);
    http.on('upgrade', (request, socket, head) => {
      if (this.serves(request)) void this.upgrade(request, socket, head);
    });
  }

  /** Whether an upgrade is for this server. */
  serves(request: IncomingMessage): boolean {
    return request.url!.split('?', 1)[0] === this.options.path;
  }

  /** What ends each client, with a goodbye; one that does not answer it is ended a second later. */
  endings(): (() => void)[] {
    return [...this.sockets].map((socket) => () => socket.close(goingAway()));
  }

  /** Ends all clients that let more than `maxBufferedBytes` pile up; returns how many. */
  dropSlow(maxBufferedBytes: number): number {
    const slow = [...this.sockets].filter((socket) => socket.bufferedBytes > maxBufferedBytes);
    for (const socket of slow) socket.terminate();
    return slow.length;
  }

  /** Takes no more clients, says goodbye to those there are, and calls back when all are gone. */
  close(done: () => void = () => undefined): void {
    this.isClosing = true;
    clearInterval(this.pinging);
    for (const ending of this.endings()) ending();
    if (!this.sockets.size) return done();
    const impatience = setTimeout(() => this.sockets.forEach((socket) => socket.terminate()), CLOSE_MS);
    this.once('empty', () => {
      clearTimeout(impatience);
      done();
    });
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', ignore);
    const why = this.isClosing ? 503 : this.options.refuses(request);
    if (why) return refuse(this.options, request, socket, why);
    this.options.limits.count(request, socket);
    try {
      const identity = await admit(this.options, tokenOf(request));
      socket.off('error', ignore);
      const revision = readRevision(queryOf(request).get('revision'));
      this.upgrader.handleUpgrade(request, socket, head, (client) => this.welcome(new PlainSocket(client, { identity, revision })));
    } catch (error) {
      refuse(this.options, request, socket, refusalOf(error));
    }
  }

  private welcome(socket: PlainSocket): void {
    this.sockets.add(socket);
    this.emit('connection', socket);
    const { identity } = socket.data;
    if (identity) socket.onDisconnect(onExpiry(identity.expiresAt, () => socket.close(EXPIRED)));
    socket.onDisconnect(() => {
      this.sockets.delete(socket);
      if (!this.sockets.size) this.emit('empty');
    });
  }
}

const queryOf = (request: IncomingMessage): URLSearchParams => new URLSearchParams(request.url!.split('?')[1]);

function tokenOf(request: IncomingMessage): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return queryOf(request).get('token') ?? undefined;
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (!token) throw new Refusal('unauthenticated');
  return token;
}
