import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from '@scoreboard/domain';
import { type Admission, readRevision } from './admission';
import { BoundedWebSockets } from './bounded-web-sockets';
import { Place } from './connection-limits';
import { CLOSE_MS, goingAway } from './close-reason';
import { tokenOf } from './handshake-token';
import { MAX_TOKEN_MESSAGE_BYTES } from './message-limits';
import { PlainSocket } from './plain-socket';
import { ignore, refuse } from './refuse';

export interface PlainSocketServerOptions {
  readonly path: string;
  readonly admission: Admission;
  /** How often to ping clients. A client that does not answer before the next ping is disconnected. */
  readonly pingIntervalMs: number;
}

/**
 * Serves plain WebSockets on one path of an HTTP server. The caller passes the upgrades for that path.
 *
 * Emits `connection` with a `PlainSocket`. A refused client is answered before the upgrade, as `Admission` decides: 401 for
 * an invalid token, 503 for a temporary refusal.
 */
export class PlainSocketServer extends EventEmitter {
  private readonly sockets = new Set<PlainSocket>();
  private readonly upgrader = new BoundedWebSockets({ noServer: true, maxPayload: MAX_TOKEN_MESSAGE_BYTES });
  private readonly pinging: NodeJS.Timeout;

  constructor(private readonly options: PlainSocketServerOptions) {
    super();
    this.pinging = setInterval(() => this.sockets.forEach((socket) => socket.checkAlive()), options.pingIntervalMs);
    this.upgrader.on('wsClientError', (_error, socket, request) => refuse(request, socket, 400));
  }

  /** Whether an upgrade is for this server. */
  serves(request: IncomingMessage): boolean {
    return request.url!.split('?', 1)[0] === this.options.path;
  }

  /** One function per client that closes it; a client that does not answer the close frame is disconnected one second later. */
  endings(): (() => void)[] {
    return [...this.sockets].map((socket) => () => socket.close(goingAway()));
  }

  /** Disconnects every client with more than `maxBufferedBytes` unsent bytes; returns how many. */
  dropSlow(maxBufferedBytes: number): number {
    const slow = [...this.sockets].filter((socket) => socket.bufferedBytes > maxBufferedBytes);
    for (const socket of slow) socket.terminate();
    return slow.length;
  }

  /** Refuses new clients, closes the connected ones, and calls `done` when all have disconnected. */
  close(done: () => void = () => undefined): void {
    this.options.admission.leave();
    clearInterval(this.pinging);
    for (const ending of this.endings()) ending();
    if (!this.sockets.size) return done();
    const impatience = setTimeout(() => this.sockets.forEach((socket) => socket.terminate()), CLOSE_MS);
    this.once('empty', () => {
      clearTimeout(impatience);
      done();
    });
  }

  /** Upgrades a connection to a WebSocket, or refuses it. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', ignore);
    const { admission } = this.options;
    const place = admission.claim(request);
    if (!(place instanceof Place)) return refuse(request, socket, place);
    place.keepFor(socket);
    try {
      const query = new URLSearchParams(request.url!.split('?')[1]);
      const recognition = await admission.identify(tokenOf({ headers: request.headers, query: Object.fromEntries(query) }));
      socket.off('error', ignore);
      const revision = readRevision(query.get('revision'));
      this.upgrader.handleUpgrade(request, socket, head, (client) => this.welcome(new PlainSocket(client, { ...recognition, revision })));
    } catch (error) {
      refuse(request, socket, error as Refusal); // `identify` rejects with nothing else
    }
  }

  private welcome(socket: PlainSocket): void {
    this.sockets.add(socket);
    this.emit('connection', socket);
    socket.onDisconnect(() => {
      this.sockets.delete(socket);
      if (!this.sockets.size) this.emit('empty');
    });
  }
}
