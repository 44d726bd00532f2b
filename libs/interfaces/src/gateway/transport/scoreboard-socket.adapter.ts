import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext, WsMessageHandler } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { isListed, type State } from '@scoreboard/application';
import type { ScoreboardEvents } from '@scoreboard/domain';
import type { Observable } from 'rxjs';
import { type Namespace, Server } from 'socket.io';
import { asksForWebSocket, ignoreUpgrade } from '../../http/ignored-upgrade';
import { Admission, type AdmissionOptions } from './admission';
import { answerHeaders } from './answer-headers';
import { dropSlow } from './backpressure';
import { BoundedWebSockets } from './bounded-web-sockets';
import { SocketIoEntrance } from './socket-io-entrance';
import { PollingSessions } from './polling-sessions';
import { SocketIoPolicy } from './socket-io-policy';
import { MAX_TOKEN_MESSAGE_BYTES } from './message-limits';
import { PlainSocket } from './plain-socket';
import { PlainSocketServer } from './plain-socket.server';
import { refuse } from './refuse';
import { drain } from './drain';

/** Socket.IO's path for polls, upgrades and the client script. */
const IO_PATH = '/socket.io/';
const IO_PATH_WITHOUT_SLASH = /^\/socket\.io(?=$|\?)/;
/** How long a connection has to join a namespace. */
const CONNECT_MS = 10_000;
const DROP_SLOW_MS = 1_000;

/** Limits of the sockets of one process. */
export interface ScoreboardSocketOptions extends AdmissionOptions {
  /** A client with more unsent bytes is disconnected. */
  readonly maxBufferedBytes: number;
  /** Receives `client.dropped`. */
  readonly events: ScoreboardEvents;
  /** Whether the server is a host's, which may upgrade to other protocols on other paths. Default: false. */
  readonly isShared?: boolean;
  /** How often clients are pinged, in milliseconds. Default: 25,000. */
  readonly pingIntervalMs?: number;
  /** How often polling sessions are checked, in milliseconds. Default: 1,000. */
  readonly pollLookMs?: number;
}

interface GatewayDeclaration {
  readonly namespace?: string;
  readonly path?: string;
  /** Set for a gateway on plain WebSockets at `path`. */
  readonly plain?: boolean;
}

/**
 * Serves gateways over Socket.IO (`@WebSocketGateway({ namespace })`) and over plain WebSockets
 * (`@WebSocketGateway({ path, plain: true })`) on the application's HTTP server.
 *
 * The clients that both pass to their gateway are subscribers.
 */
export class ScoreboardSocketAdapter extends IoAdapter {
  private readonly plainServers: PlainSocketServer[] = [];
  private readonly dropping: NodeJS.Timeout;
  private readonly admission: Admission;
  private readonly entrance: SocketIoEntrance;
  private readonly namespaces: Namespace[] = [];
  private io?: Server;
  private rules?: SocketIoPolicy;
  private polls?: PollingSessions;

  constructor(
    app: INestApplicationContext | HttpServer,
    private readonly options: ScoreboardSocketOptions,
  ) {
    super(app);
    this.admission = new Admission(options);
    this.entrance = new SocketIoEntrance(this.admission);
    this.dropping = setInterval(() => this.dropSlow(), DROP_SLOW_MS).unref();
    (this.httpServer as HttpServer).on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  // `any` here and below: the base class uses its own copy of Socket.IO's types.
  override create(_port: number, declaration: any = {}): any {
    const { namespace, path, plain }: GatewayDeclaration = declaration;
    if (plain) return this.createPlainServer(path!);
    this.io ??= this.createIOServer() as Server;
    return namespace ? this.guard(this.io.of(namespace)) : this.io;
  }

  override createIOServer(): any {
    const { corsOrigins, pingIntervalMs = 25_000 } = this.options;
    const http = this.httpServer as HttpServer;
    const others = http.listeners('upgrade');
    const server = new Server(http, {
      pingInterval: pingIntervalMs,
      connectTimeout: CONNECT_MS,
      maxHttpBufferSize: MAX_TOKEN_MESSAGE_BYTES,
      wsEngine: BoundedWebSockets,
      httpCompression: false,
      cors: { origin: (origin, answer) => answer(null, origin !== undefined && isListed(origin, corsOrigins)) },
      allowRequest: this.entrance.allowRequest,
    });
    // `upgrade` below decides which upgrades go to Socket.IO.
    for (const listener of http.listeners('upgrade')) if (!others.includes(listener)) http.off('upgrade', listener as () => void);
    const { ws } = server.engine as unknown as { readonly ws: BoundedWebSockets };
    ws.on('wsClientError', (_error, socket, request) => refuse(request, socket, 400));
    this.entrance.attach(server);
    this.prepareRequests();
    this.rules = new SocketIoPolicy(server);
    this.polls = new PollingSessions(server, this.options.pollLookMs);
    return server;
  }

  override bindMessageHandlers(socket: any, handlers: any, transform: (data: unknown) => Observable<unknown>): void {
    const call = (event: string, data: unknown, answer: (answer: unknown) => void): boolean => {
      const handler = (handlers as WsMessageHandler[]).find(({ message }) => message === event);
      if (handler) transform(handler.callback(data)).subscribe((result) => result !== undefined && answer(result));
      return handler !== undefined;
    };
    if (socket instanceof PlainSocket) socket.listen((event, data) => call(event, data, (answer) => socket.send(isNamed(answer) ? answer : { event, data: answer })));
    else this.rules!.hear(socket, (event, payload) => call(event, content(payload), acknowledgement(payload)));
  }

  override bindClientDisconnect(socket: any, callback: () => void): void {
    if (socket instanceof PlainSocket) socket.onDisconnect(callback);
    else super.bindClientDisconnect(socket, callback);
  }

  /**
   * Refuses new clients, and disconnects the connected ones so that they reconnect to another gateway. Spread over a period that grows with
   * their number, at most five seconds, so that the other gateways are not overloaded. Resolves when the last client is notified.
   */
  async drain(): Promise<void> {
    this.admission.leave();
    const io = this.namespaces.flatMap((namespace) => [...namespace.sockets.values()]);
    await drain([...io.map((socket) => () => this.rules!.drain(socket)), ...this.plainServers.flatMap((server) => server.endings())]);
  }

  override async dispose(): Promise<void> {
    clearInterval(this.dropping);
    this.polls?.close();
    for (const server of this.plainServers) server.close(); // Nest has closed only those that it created
    await super.dispose();
  }

  private createPlainServer(path: string): PlainSocketServer {
    const { pingIntervalMs = 25_000 } = this.options;
    const server = new PlainSocketServer({ path, pingIntervalMs, admission: this.admission });
    this.plainServers.push(server);
    return server;
  }

  /** For Socket.IO's requests: adds a missing slash to the path, and sets the headers that every answer has. */
  private prepareRequests(): void {
    // Runs before Socket.IO's own listener, which is already registered.
    (this.httpServer as HttpServer).prependListener('request', (request, response) => {
      addSlash(request);
      if (request.url!.startsWith(IO_PATH)) response.setHeaders(new Map(Object.entries(answerHeaders(request))));
    });
  }

  /** Upgrades only to WebSockets, and only on their paths. Ignores any other upgrade, as HTTP requires, unless a host also listens for upgrades. */
  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    addSlash(request);
    const http = this.httpServer as HttpServer;
    const plain = this.plainServers.find((server) => server.serves(request));
    const isWebSocket = asksForWebSocket(request);
    if (isWebSocket && plain) void plain.upgrade(request, socket, head);
    else if (isWebSocket && this.io && request.url!.startsWith(IO_PATH)) this.io.engine.handleUpgrade(request, socket, head);
    else if (!this.options.isShared || http.listenerCount('upgrade') === 1) ignoreUpgrade(http, request, socket, head);
  }

  private guard(namespace: Namespace): Namespace {
    this.namespaces.push(namespace);
    this.entrance.guard(namespace);
    return namespace.on('connection', (socket) => this.rules!.attend(socket));
  }

  private dropSlow(): void {
    const { maxBufferedBytes } = this.options;
    let dropped = 0;
    for (const namespace of this.namespaces) dropped += dropSlow(namespace, maxBufferedBytes);
    for (const server of this.plainServers) dropped += server.dropSlow(maxBufferedBytes);
    for (let i = 0; i < dropped; i++) this.options.events.emit('client.dropped', {});
  }
}

function addSlash(request: IncomingMessage): void {
  request.url = request.url!.replace(IO_PATH_WITHOUT_SLASH, IO_PATH);
}

/** Whether a handler returned an answer with its own event name, as Nest's gateways do. */
const isNamed = (answer: unknown): answer is State => typeof answer === 'object' && answer !== null && 'event' in answer && 'data' in answer;

/** The data that a Socket.IO client sends with an event; undefined if it sends only an acknowledgement callback. */
const content = ([first]: readonly unknown[]): unknown => (typeof first === 'function' ? undefined : first);

/** The acknowledgement callback of a Socket.IO event: its last argument, if it is a function. */
function acknowledgement(payload: readonly unknown[]): (answer: unknown) => void {
  const last = payload.at(-1);
  return typeof last === 'function' ? (answer) => void last(answer) : () => undefined;
}
