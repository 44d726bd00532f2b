import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext, WsMessageHandler } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { ViewerData } from '@scoreboard/application';
import type { Observable } from 'rxjs';
import { type Namespace, Server, type Socket } from 'socket.io';
import { admit, type AdmissionOptions, readRevision, refusalOf } from './admission';
import { answerHeaders } from './answer-headers';
import { dropSlow } from './backpressure';
import { ConnectionLimits, type ConnectionLimitOptions } from './connection-limits';
import { IoManners } from './io-manners';
import { ioMessage, IoViewer } from './io-viewer';
import { isOriginAllowed } from './origins';
import { PlainSocket } from './plain-socket';
import { PlainSocketServer } from './plain-socket.server';
import { ReadyFrames } from './ready-frame';
import { refuse, refuseHandshake, type RefuseOptions, type Why } from './refuse';
import { sendAway } from './send-away';

/** Clients have nothing to send but short requests and a token. */
const MAX_FRAME_BYTES = 4 * 1024;
/** Where Socket.IO answers: polls, upgrades and the client script. */
const IO_PATH = '/socket.io/';
/** How long a connection may take to name its namespace. */
const CONNECT_MS = 5_000;
const DROP_SLOW_MS = 1_000;

export interface ScoreboardSocketOptions extends AdmissionOptions, ConnectionLimitOptions, RefuseOptions {
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
 * Both give their gateway clients that are viewers.
 */
export class ScoreboardSocketAdapter extends IoAdapter {
  /** Clients dropped because they read too slowly. */
  dropped = 0;
  private readonly plainServers: PlainSocketServer[] = [];
  private readonly dropping: NodeJS.Timeout;
  private readonly limits: ConnectionLimits;
  private readonly namespaces: Namespace[] = [];
  private isLeaving = false;
  private io?: Server;
  private manners?: IoManners;

  constructor(
    app: INestApplicationContext,
    private readonly options: ScoreboardSocketOptions,
  ) {
    super(app);
    this.limits = new ConnectionLimits(options);
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
    const server = new Server(this.httpServer as HttpServer, {
      pingInterval: pingIntervalMs,
      connectTimeout: CONNECT_MS,
      destroyUpgrade: false, // answered below
      maxHttpBufferSize: MAX_FRAME_BYTES,
      perMessageDeflate: false,
      httpCompression: false,
      cors: { origin: [...corsOrigins] },
      allowRequest: (request, answer) => {
        const why = this.whyNot(request);
        // Its own refusal would be a 400, whatever the reason. A handshake that is never allowed is one that is over.
        if (why) refuseHandshake(this.options, request, why);
        else answer(null, true);
      },
    });
    server.engine.on('connection', (connection: Socket['conn']) => this.limits.count(connection.request, connection));
    this.nameRequests(server);
    this.manners = new IoManners(server);
    return server;
  }

  override bindMessageHandlers(socket: any, handlers: any, transform: (data: unknown) => Observable<unknown>): void {
    const call = (event: string, data: unknown, answer: (answer: unknown) => void): boolean => {
      const handler = (handlers as WsMessageHandler[]).find(({ message }) => message === event);
      if (handler) transform(handler.callback(data)).subscribe(answer);
      return handler !== undefined;
    };
    if (socket instanceof PlainSocket) socket.listen((event, data) => call(event, data, (answer) => socket.send({ event, data: answer })));
    else this.manners!.hear(socket, (event, payload) => call(event, payload[0], acknowledgement(payload)));
  }

  override bindClientDisconnect(socket: any, callback: () => void): void {
    if (socket instanceof PlainSocket) socket.onDisconnect(callback);
    else super.bindClientDisconnect(socket, callback);
  }

  /**
   * Takes no more clients, and sends those there are away to come back elsewhere: spread over a time that grows with their
   * number, five seconds at most, so that the others are not run over. Resolves when the last was told.
   */
  async sendAway(): Promise<void> {
    this.isLeaving = true;
    const io = this.namespaces.flatMap((namespace) => [...namespace.sockets.values()]);
    await sendAway([...io.map((socket) => () => this.manners!.sendAway(socket)), ...this.plainServers.flatMap((server) => server.endings())]);
  }

  override async dispose(): Promise<void> {
    clearInterval(this.dropping);
    await super.dispose();
  }

  private createPlainServer(path: string): PlainSocketServer {
    const { pingIntervalMs = 25_000 } = this.options;
    const server = new PlainSocketServer(this.httpServer as HttpServer, {
      ...this.options,
      path,
      pingIntervalMs,
      maxFrameBytes: MAX_FRAME_BYTES,
      refuses: (request) => this.whyNot(request),
      limits: this.limits,
    });
    this.plainServers.push(server);
    return server;
  }

  /** On what Socket.IO answers itself; once for each answer, so a WebSocket pays at its upgrade alone. */
  private nameRequests(server: Server): void {
    // Before Socket.IO's own listener, which is in place by now.
    (this.httpServer as HttpServer).prependListener('request', (request, response) => {
      if (request.url!.startsWith(IO_PATH)) response.setHeaders(new Map(Object.entries(answerHeaders(request))));
    });
    server.engine.on('headers', (headers: Record<string, string>, request: IncomingMessage) => {
      if (request.headers.upgrade) Object.assign(headers, answerHeaders(request));
    });
  }

  private refuseUnknown(request: IncomingMessage, socket: Duplex): void {
    const isKnown = request.url!.startsWith(IO_PATH) || this.plainServers.some((server) => server.serves(request));
    if (!isKnown) refuse(this.options, request, socket, 404);
  }

  /** Why a handshake may not come in, whatever token it will bring. */
  private whyNot(request: IncomingMessage): Why | undefined {
    if (this.isLeaving) return 503;
    return isOriginAllowed(request, this.options.corsOrigins) ? this.limits.check(request) : 403;
  }

  private guard(namespace: Namespace): Namespace {
    const frames = new ReadyFrames((state) => ioMessage(namespace.name, state));
    this.namespaces.push(namespace);
    namespace.on('connection', (socket) => this.manners!.attend(socket, (socket.data as ViewerData).identity?.expiresAt));
    return namespace.use((socket, next) => void this.letIn(socket, frames, next));
  }

  private async letIn(socket: Socket, frames: ReadyFrames, next: (error?: Error) => void): Promise<void> {
    const { token, revision } = socket.handshake.auth;
    try {
      const identity = await admit(this.options, token);
      socket.data = new IoViewer(socket, frames, identity, readRevision(revision));
      // Kept for as long as the client stays, and needed by nobody any more.
      Reflect.set(socket.conn, 'request', null);
      Reflect.set(socket, 'handshake', null);
      next();
    } catch (error) {
      const isBad = refusalOf(error).kind === 'unauthenticated';
      next(Object.assign(new Error(isBad ? 'unauthenticated' : 'unavailable'), { data: { status: isBad ? 401 : 503 } }));
    }
  }

  private dropSlow(): void {
    const { maxBufferedBytes } = this.options;
    for (const namespace of this.namespaces) this.dropped += dropSlow(namespace, maxBufferedBytes);
    for (const server of this.plainServers) this.dropped += server.dropSlow(maxBufferedBytes);
  }
}

/** Where a client of Socket.IO wants to be answered, its function is the last that it sends. */
function acknowledgement(payload: readonly unknown[]): (answer: unknown) => void {
  const last = payload.at(-1);
  return typeof last === 'function' ? (answer) => void last(answer) : () => undefined;
}
