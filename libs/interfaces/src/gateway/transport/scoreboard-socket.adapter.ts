import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext, WsMessageHandler } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { isListed, type State } from '@scoreboard/application';
import type { ScoreboardEvents } from '@scoreboard/domain';
import type { Observable } from 'rxjs';
import { type Namespace, Server } from 'socket.io';
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
import { refuse, type RefuseOptions } from './refuse';
import { drain } from './drain';

/** Where Socket.IO answers: polls, upgrades and the client script. */
const IO_PATH = '/socket.io/';
/** How long a connection may take to name its namespace. */
const CONNECT_MS = 10_000;
const DROP_SLOW_MS = 1_000;

export interface ScoreboardSocketOptions extends AdmissionOptions, RefuseOptions {
  /** A client for which more bytes pile up is dropped. */
  readonly maxBufferedBytes: number;
  /** Where `client.dropped` is emitted. */
  readonly events: ScoreboardEvents;
  /** How often clients must give a sign of life; 25,000 where not given. */
  readonly pingIntervalMs?: number;
  /** How often clients that poll are looked for; every second where not given. */
  readonly pollLookMs?: number;
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
 * Both give their gateway clients that are subscribers.
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
    app: INestApplicationContext,
    private readonly options: ScoreboardSocketOptions,
  ) {
    super(app);
    this.admission = new Admission(options);
    this.entrance = new SocketIoEntrance(this.admission, options);
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
      maxHttpBufferSize: MAX_TOKEN_MESSAGE_BYTES,
      wsEngine: BoundedWebSockets,
      httpCompression: false,
      cors: { origin: (origin, answer) => answer(null, origin !== undefined && isListed(origin, corsOrigins)) },
      allowRequest: this.entrance.allowRequest,
    });
    this.entrance.attach(server);
    this.nameRequests();
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
   * Takes no more clients, and sends those there are away to come back elsewhere: spread over a time that grows with their
   * number, five seconds at most, so that the others are not run over. Resolves when the last was told.
   */
  async drain(): Promise<void> {
    this.admission.leave();
    const io = this.namespaces.flatMap((namespace) => [...namespace.sockets.values()]);
    await drain([...io.map((socket) => () => this.rules!.drain(socket)), ...this.plainServers.flatMap((server) => server.endings())]);
  }

  override async dispose(): Promise<void> {
    clearInterval(this.dropping);
    this.polls?.close();
    await super.dispose();
  }

  private createPlainServer(path: string): PlainSocketServer {
    const { pingIntervalMs = 25_000 } = this.options;
    const server = new PlainSocketServer(this.httpServer as HttpServer, {
      answer: this.options.answer,
      path,
      pingIntervalMs,
      admission: this.admission,
    });
    this.plainServers.push(server);
    return server;
  }

  /** On what Socket.IO answers itself; once for each answer. */
  private nameRequests(): void {
    // Before Socket.IO's own listener, which is in place by now.
    (this.httpServer as HttpServer).prependListener('request', (request, response) => {
      if (request.url!.startsWith(IO_PATH)) response.setHeaders(new Map(Object.entries(answerHeaders(request))));
    });
  }

  private refuseUnknown(request: IncomingMessage, socket: Duplex): void {
    const isKnown = request.url!.startsWith(IO_PATH) || this.plainServers.some((server) => server.serves(request));
    if (!isKnown) refuse(this.options, request, socket, 404);
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

/** An answer under a name of its own, as Nest's gateways give it. */
const isNamed = (answer: unknown): answer is State => typeof answer === 'object' && answer !== null && 'event' in answer && 'data' in answer;

/** What a client of Socket.IO sends with an event; it need not send anything but the function that wants the answer. */
const content = ([first]: readonly unknown[]): unknown => (typeof first === 'function' ? undefined : first);

/** Where a client of Socket.IO wants to be answered, its function is the last that it sends. */
function acknowledgement(payload: readonly unknown[]): (answer: unknown) => void {
  const last = payload.at(-1);
  return typeof last === 'function' ? (answer) => void last(answer) : () => undefined;
}
