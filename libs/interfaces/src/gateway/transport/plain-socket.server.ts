import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from '@scoreboard/domain';
import { type Admission, readRevision } from './admission';
import { BoundedWebSockets } from './bounded-web-sockets';
import { Place } from './connection-limits';
import { CLOSE_MS, goingAway } from './close-reason';
import { tokenOf } from './handshake-token';
import { MAX_TOKEN_MESSAGE_BYTES } from './message-limits';
import { PlainSocket } from './plain-socket';
import { ignore, refuse, type RefuseOptions } from './refuse';

export interface PlainSocketServerOptions extends RefuseOptions {
  readonly path: string;
  readonly admission: Admission;
  /** How often clients must give a sign of life. */
  readonly pingIntervalMs: number;
}

/**
 * Plain WebSockets on one path of an HTTP server that others upgrade on as well.
 *
 * Emits `connection` with a `PlainSocket`. A client that may not come in is answered before the upgrade: as `Admission` says, with 401 for
 * a token that was never good, with 503 for what may work later.
 */
export class PlainSocketServer extends EventEmitter {
  private readonly sockets = new Set<PlainSocket>();
  private readonly upgrader = new BoundedWebSockets({ noServer: true, maxPayload: MAX_TOKEN_MESSAGE_BYTES });
  private readonly pinging: NodeJS.Timeout;

  constructor(
    http: Server,
    private readonly options: PlainSocketServerOptions,
  ) {
    super();
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

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', ignore);
    const { admission } = this.options;
    const place = admission.claim(request);
    if (!(place instanceof Place)) return refuse(this.options, request, socket, place);
    place.keepFor(socket);
    try {
      const query = new URLSearchParams(request.url!.split('?')[1]);
      const recognition = await admission.identify(tokenOf({ headers: request.headers, query: Object.fromEntries(query) }));
      socket.off('error', ignore);
      const revision = readRevision(query.get('revision'));
      this.upgrader.handleUpgrade(request, socket, head, (client) => this.welcome(new PlainSocket(client, { ...recognition, revision })));
    } catch (error) {
      refuse(this.options, request, socket, error as Refusal); // `identify` rejects with nothing else
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
