import { io, type Socket } from 'socket.io-client';
import { type Address, NAMESPACE, parseAddress } from './address.ts';
import { backoff, somewhenIn } from './backoff.ts';
import { type ChannelAnswer, Channels } from './channels.ts';
import { Diagnoses, type HandshakeError } from './diagnosis.ts';
import { Heartbeat } from './heartbeat.ts';
import type { ConnectionState } from './messages.ts';
import { SignIn, type SignInAnswer } from './sign-in.ts';
import { isOnline, watchSurroundings } from './page-lifecycle.ts';
import type { TokenSource } from './token-source.ts';

/** The reconnect delay if the server closed the connection without naming one. */
const RETURN_WITHIN_MS = 2_000;
const HANDSHAKE_MS = 10_000;
const ANSWER_MS = 5_000;
/** Events that are not the data of a channel. */
const NO_CHANNELS: ReadonlySet<string> = new Set(['closing', 'stale', 'unauthenticated']);

/** Sent by the gateway just before it closes a connection. */
interface CloseReason {
  readonly retryAfterMs?: number;
}

export interface ConnectionOptions {
  /** The gateway's address, in a form that `parseAddress` accepts. */
  readonly url: string;
  readonly tokens: TokenSource;
  /** The newest known revision: the gateway sends nothing older. */
  readonly revision: () => number;
  readonly onMessage: (channel: string, data: unknown) => void;
  readonly onState: (state: ConnectionState) => void;
  /** There is no player any more. */
  readonly onSignedOut: () => void;
  /** Called with each error; the connection is retried. */
  readonly onError: (error: Error) => void;
}

/**
 * The connection to a gateway. It reconnects by itself after every kind of disconnect. Socket.IO's own reconnection is not used: it does not
 * reconnect after the server disconnects a client, and cannot use the delay that the server names.
 */
export class Connection {
  readonly channels: Channels;
  readonly signIn: SignIn;
  private readonly heartbeat: Heartbeat;
  private readonly diagnoses = new Diagnoses();
  private endWatch?: () => void;
  private socket?: Socket;
  private state?: ConnectionState;
  /** The token of the last handshake. */
  private token?: string;
  private closeReason?: CloseReason;
  private failures = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private isConnecting = false;
  /** The gateway's board may be out of date. */
  private isStale = false;
  private isClosed = false;

  constructor(private readonly options: ConnectionOptions) {
    const { tokens, onSignedOut } = options;
    const onError = (error: Error) => this.tellError(error);
    this.channels = new Channels({ ask: (event, names) => this.ask<readonly ChannelAnswer[]>(event, names), onError });
    const send = (token: string) => this.ask<SignInAnswer>('authenticate', token);
    this.signIn = new SignIn({ tokens, send, onSignedIn: () => this.channels.renew('personal'), onSignedOut, onError });
    this.heartbeat = new Heartbeat({ ask: () => void this.ask('ping'), onDead: () => this.socket?.disconnect() });
  }

  start(): void {
    this.endWatch = watchSurroundings(() => this.resync(), () => this.tellState());
    void this.connect();
  }

  /** Requests the newest boards now. If the connection turns out to be dead, it is replaced. */
  resync(): void {
    this.tellState();
    if (!this.socket?.connected) return void this.connect();
    this.heartbeat.check();
    void this.ask('subscribe', ['scores:top']);
    this.channels.renew();
  }

  /** Closes the connection permanently. */
  close(): void {
    this.isClosed = true;
    this.endWatch?.();
    clearTimeout(this.timer);
    this.signIn.close();
    this.channels.close();
    this.heartbeat.end();
    this.socket?.disconnect();
    this.tellState();
  }

  private async connect(): Promise<void> {
    clearTimeout(this.timer);
    if (this.isConnecting || this.socket?.connected || this.isClosed) return;
    this.isConnecting = true;
    this.tellState();
    await undefined; // lets the caller add an error listener in the same turn
    if (this.isClosed) return;
    try {
      this.socket ??= this.open(parseAddress(this.options.url));
    } catch (error) {
      this.tellError(error as Error);
      return this.retry(backoff(this.failures++));
    }
    this.token = await this.signIn.forHandshake();
    if (this.isClosed) return;
    this.socket.auth = { token: this.token, revision: this.options.revision() };
    this.socket.connect();
  }

  private open(address: Address): Socket {
    const socket = io(address.origin + NAMESPACE, {
      path: `${address.path}/socket.io`,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnection: false,
      autoConnect: false,
      forceNew: true,
      timeout: HANDSHAKE_MS,
    });
    socket.on('connect', () => this.connected(socket));
    socket.on('connect_error', (error) => this.refused(error, address));
    socket.on('closing', (reason: CloseReason) => (this.closeReason = reason));
    socket.on('disconnect', (reason) => this.disconnected(reason));
    socket.on('unauthenticated', () => this.signIn.expired());
    socket.on('stale', ({ stale }: { readonly stale: boolean }) => this.age(stale));
    socket.onAny((channel: string, data: unknown) => !NO_CHANNELS.has(channel) && this.options.onMessage(channel, data));
    return socket;
  }

  private connected(socket: Socket): void {
    this.isConnecting = false;
    this.failures = 0;
    this.diagnoses.forget();
    socket.io.engine.on('packet', () => this.heartbeat.heard());
    this.heartbeat.begin();
    this.age(false); // a gateway with an outdated board accepts no clients
    this.signIn.connected(this.token);
    this.channels.renew();
  }

  private refused(error: HandshakeError, address: Address): void {
    if (error.data?.status === 401 && this.token !== undefined) {
      this.signIn.refuse(this.token, error.data.detail);
      return this.retry(0); // without the token
    }
    if (error.message === 'timeout') this.socket!.io.opts.transports!.reverse(); // some proxies drop WebSocket upgrades without an answer
    void this.diagnoses.of(error, address).then((diagnosis) => this.tellError(diagnosis));
    this.retry(backoff(this.failures++));
  }

  private disconnected(reason: Socket.DisconnectReason): void {
    const { closeReason } = this;
    this.closeReason = undefined;
    this.heartbeat.end();
    this.signIn.disconnected();
    const isOurs = reason === 'io client disconnect';
    this.retry(isOurs ? 0 : somewhenIn(closeReason?.retryAfterMs ?? RETURN_WITHIN_MS));
  }

  private retry(ms: number): void {
    this.isConnecting = false;
    if (this.isClosed) return;
    this.tellState();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), ms);
  }

  /** Sends a request on the open connection. Resolves with undefined if there is none, or if no answer comes. */
  private async ask<T>(event: string, ...data: readonly unknown[]): Promise<T | undefined> {
    if (!this.socket?.connected) return undefined;
    return this.socket.timeout(ANSWER_MS).emitWithAck(event, ...data).catch(() => undefined); // the heartbeat detects dead connections
  }

  private age(isStale: boolean): void {
    this.isStale = isStale;
    this.tellState();
  }

  private tellError(error: Error): void {
    if (!this.isClosed) this.options.onError(error);
  }

  private tellState(): void {
    const isLive = this.socket?.connected && !this.isStale;
    const state = this.isClosed || !isOnline() ? 'offline' : isLive ? 'live' : 'reconnecting';
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }
}
