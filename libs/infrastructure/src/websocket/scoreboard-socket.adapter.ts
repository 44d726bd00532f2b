import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext, WsMessageHandler } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { ViewerData } from '@scoreboard/application';
import type { Observable } from 'rxjs';
import { type Namespace, Server, type Socket } from 'socket.io';
import { admit, type AdmissionOptions, readRevision, refusedStatus } from './admission';
import { BUSY_BYTES, bufferedBytes, dropSlow } from './backpressure';
import { isOriginAllowed } from './origins';
import { PlainSocket } from './plain-socket';
import { PlainSocketServer, refuse } from './plain-socket.server';

/** Clients have nothing to send but short requests and a token. */
const MAX_FRAME_BYTES = 4 * 1024;
/** How long a connection may take to name its namespace. */
const CONNECT_MS = 5_000;
const DROP_SLOW_MS = 1_000;

export interface ScoreboardSocketOptions extends AdmissionOptions {
  /** Pages of these origins may connect, besides our own. */
  readonly corsOrigins: readonly string[];
  /** A client for which more bytes pile up is dropped. */
  readonly maxBufferedBytes: number;
  /** How often clients must give a sign of life; 25,000 where not given. */
  readonly pingIntervalMs?: number;
}

interface GatewayDeclaration {
  readonly namespace?: string;
  readonly path?: string;
  /** Set for a gateway on plain WebSockets at `path`. */
  readonly plain?: boolean;
}

/**
 * Carries gateways over Socket.IO (`@WebSocketGateway({ namespace })`) and over plain WebSockets
 * (`@WebSocketGateway({ path, plain: true })`) on the application's one HTTP server.
 *
 * Both give their gateway clients with an `id` and `ViewerData`, and a server with `to(ids).emit(event, data)`.
 */
export class ScoreboardSocketAdapter extends IoAdapter {
  /** Clients dropped because they read too slowly. */
  dropped = 0;
  private readonly plainServers: PlainSocketServer[] = [];
  private readonly dropping: NodeJS.Timeout;
  private io?: Server;

  constructor(
    app: INestApplicationContext,
    private readonly options: ScoreboardSocketOptions,
  ) {
    super(app);
    this.dropping = setInterval(() => this.dropSlow(), DROP_SLOW_MS).unref();
    (this.httpServer as HttpServer).on('upgrade', (request, socket) => this.refuseUnknown(request, socket));
  }

  // `any` here and below, since the class above knows only its own copy of Socket.IO.
  override create(_port: number, declaration: any = {}): any {
    const { namespace, path, plain }: GatewayDeclaration = declaration;
    if (plain) return this.createPlainServer(path!);
    this.io ??= this.createIOServer() as Server;
    return namespace ? this.guard(this.io.of(namespace)) : this.io;
  }

  override createIOServer(): any {
    const { corsOrigins, pingIntervalMs = 25_000 } = this.options;
    return new Server(this.httpServer as HttpServer, {
      pingInterval: pingIntervalMs,
      connectTimeout: CONNECT_MS,
      destroyUpgrade: false, // answered below
      maxHttpBufferSize: MAX_FRAME_BYTES,
      perMessageDeflate: false,
      httpCompression: false,
      cors: { origin: [...corsOrigins] },
      allowRequest: (request, answer) => answer(null, isOriginAllowed(request, corsOrigins)),
    });
  }

  override bindMessageHandlers(socket: any, handlers: any, transform: (data: unknown) => Observable<unknown>): void {
    if (!(socket instanceof PlainSocket)) return super.bindMessageHandlers(socket, handlers, transform);
    const answering = (handlers as WsMessageHandler[]).map(({ message, callback }) => {
      const handle = (data: unknown) => void transform(callback(data)).subscribe((answer) => socket.emit(message, answer));
      return [message as string, handle] as const;
    });
    socket.listen(new Map(answering));
  }

  override bindClientDisconnect(socket: any, callback: () => void): void {
    if (socket instanceof PlainSocket) socket.onDisconnect(callback);
    else super.bindClientDisconnect(socket, callback);
  }

  override async dispose(): Promise<void> {
    clearInterval(this.dropping);
    await super.dispose();
  }

  private createPlainServer(path: string): PlainSocketServer {
    const { pingIntervalMs = 25_000 } = this.options;
    const server = new PlainSocketServer(this.httpServer as HttpServer, { ...this.options, path, pingIntervalMs, maxFrameBytes: MAX_FRAME_BYTES });
    this.plainServers.push(server);
    return server;
  }

  private refuseUnknown(request: IncomingMessage, socket: Duplex): void {
    const isKnown = request.url!.startsWith('/socket.io/') || this.plainServers.some((server) => server.serves(request));
    if (!isKnown) refuse(socket, 404);
  }

  private guard(namespace: Namespace): Namespace {
    return namespace.use((socket, next) => void this.letIn(socket, next));
  }

  private async letIn(socket: Socket, next: (error?: Error) => void): Promise<void> {
    const { token, revision } = socket.handshake.auth;
    try {
      const identity = await admit(this.options, token);
      const { conn } = socket;
      const data: ViewerData = { transport: 'socket.io', identity, revision: readRevision(revision), isBusy: () => bufferedBytes(conn) > BUSY_BYTES };
      socket.data = data;
      Reflect.set(conn, 'request', null); // kept by engine.io for as long as the client stays, and needed by nobody any more
      next();
    } catch (error) {
      const status = refusedStatus(error);
      next(Object.assign(new Error(status === 401 ? 'unauthenticated' : 'unavailable'), { data: { status } }));
    }
  }

  private dropSlow(): void {
    const { maxBufferedBytes } = this.options;
    if (this.io) this.dropped += dropSlow(this.io, maxBufferedBytes);
    for (const server of this.plainServers) this.dropped += server.dropSlow(maxBufferedBytes);
  }
}
