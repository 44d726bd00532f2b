import { EventEmitter } from 'node:events';
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from '@scoreboard/domain';
import { WebSocketServer } from 'ws';
import { admit, type AdmissionOptions, readRevision, refusedStatus } from './admission';
import { isOriginAllowed } from './origins';
import { encodeFrame, PlainSocket } from './plain-socket';

const GOING_AWAY = 1001;
/** How long clients have to answer the closing frame. */
const CLOSE_MS = 1_000;

export interface PlainSocketServerOptions extends AdmissionOptions {
  readonly path: string;
  readonly corsOrigins: readonly string[];
  readonly maxFrameBytes: number;
  /** How often clients must give a sign of life. */
  readonly pingIntervalMs: number;
}

/**
 * Plain WebSockets on one path of an HTTP server that others upgrade on as well.
 *
 * Emits `connection` with a `PlainSocket`. Who may not come in is answered before the upgrade: 403 for a foreign page,
 * 401 for a bad token (`?token=` or the `Authorization` header), 503 while no new clients are taken.
 */
export class PlainSocketServer extends EventEmitter {
  private readonly sockets = new Map<string, PlainSocket>();
  private readonly upgrader: WebSocketServer;
  private readonly pinging: NodeJS.Timeout;
  private isClosing = false;

  constructor(
    http: Server,
    private readonly options: PlainSocketServerOptions,
  ) {
    super();
    this.upgrader = new WebSocketServer({ noServer: true, maxPayload: options.maxFrameBytes, perMessageDeflate: false, clientTracking: false });
    this.pinging = setInterval(() => this.sockets.forEach((socket) => socket.checkAlive()), options.pingIntervalMs);
    http.on('upgrade', (request, socket, head) => {
      if (this.serves(request)) void this.upgrade(request, socket, head);
    });
  }

  /** Whether an upgrade is for this server. */
  serves(request: IncomingMessage): boolean {
    return request.url!.split('?', 1)[0] === this.options.path;
  }

  /** Encodes once for all of these clients. */
  to(ids: string[]): { emit(event: string, data: unknown): void } {
    return {
      emit: (event, data) => {
        const frame = encodeFrame(event, data);
        for (const id of ids) this.sockets.get(id)?.send(frame);
      },
    };
  }

  /** Ends all clients that let more than `maxBufferedBytes` pile up; returns how many. */
  dropSlow(maxBufferedBytes: number): number {
    const slow = [...this.sockets.values()].filter((socket) => socket.bufferedBytes > maxBufferedBytes);
    for (const socket of slow) socket.terminate();
    return slow.length;
  }

  /** Takes no more clients, says goodbye to those there are, and calls back when all are gone. */
  close(done: () => void = () => undefined): void {
    this.isClosing = true;
    clearInterval(this.pinging);
    for (const socket of this.sockets.values()) socket.close(GOING_AWAY, 'the server is going away');
    if (!this.sockets.size) return done();
    const impatience = setTimeout(() => this.sockets.forEach((socket) => socket.terminate()), CLOSE_MS);
    this.once('empty', () => {
      clearTimeout(impatience);
      done();
    });
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', ignore);
    if (this.isClosing) return refuse(socket, 503);
    if (!isOriginAllowed(request, this.options.corsOrigins)) return refuse(socket, 403);
    try {
      const identity = await admit(this.options, tokenOf(request));
      socket.off('error', ignore);
      const revision = readRevision(queryOf(request).get('revision'));
      this.upgrader.handleUpgrade(request, socket, head, (client) => this.welcome(new PlainSocket(client, { identity, revision })));
    } catch (error) {
      refuse(socket, refusedStatus(error));
    }
  }

  private welcome(socket: PlainSocket): void {
    this.sockets.set(socket.id, socket);
    this.emit('connection', socket);
    socket.onDisconnect(() => {
      this.sockets.delete(socket.id);
      if (!this.sockets.size) this.emit('empty');
    });
  }
}

const queryOf = (request: IncomingMessage): URLSearchParams => new URLSearchParams(request.url!.split('?')[1]);

/** For a client that goes away meanwhile: whatever writes to its socket next finds out. */
const ignore = (): void => undefined;

function tokenOf(request: IncomingMessage): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return queryOf(request).get('token') ?? undefined;
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (!token) throw new Refusal('unauthenticated');
  return token;
}

/** Answers a request for an upgrade with a plain HTTP response. */
export function refuse(socket: Duplex, status: 401 | 403 | 404 | 503): void {
  socket.on('error', ignore);
  socket.once('finish', () => socket.destroy()); // a client need not close its side
  const challenge = status === 401 ? 'WWW-Authenticate: Bearer\r\n' : '';
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${challenge}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
