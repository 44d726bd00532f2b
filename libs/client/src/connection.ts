import { io, type Socket } from 'socket.io-client';
import { type Address, NAMESPACE, parseAddress } from './address.ts';
import { backoff, somewhenIn } from './backoff.ts';
import { type ChannelAnswer, Channels } from './channels.ts';
import { Diagnoses, type HandshakeError } from './diagnosis.ts';
import { Heartbeat } from './heartbeat.ts';
import type { ConnectionState } from './messages.ts';
import { SignIn, type SignInAnswer } from './sign-in.ts';
import { isOnline, watchSurroundings } from './page-lifecycle';
import type { TokenSource } from './token-source.ts';

/** After a server that went without saying how long to stay away. */
const RETURN_WITHIN_MS = 2_000;
const HANDSHAKE_MS = 10_000;
const ANSWER_MS = 5_000;
/** What the gateway sends that is no data of a channel. */
const NO_CHANNELS: ReadonlySet<string> = new Set(['closing', 'stale', 'unauthenticated']);

/** What the gateway says just before it ends a connection. */
interface CloseReason {
  readonly retryAfterMs?: number;
}

export interface ConnectionOptions {
  /** Where the gateway is, as `parseAddress` understands it. */
  readonly url: string;
  readonly tokens: TokenSource;
  /** The newest revision held: a gateway sends nothing older. */
  readonly revision: () => number;
  readonly onMessage: (channel: string, data: unknown) => void;
  readonly onState: (state: ConnectionState) => void;
  /** The player is nobody by now. */
  readonly onSignedOut: () => void;
  /** What went wrong and is tried again; each time. */
  readonly onError: (error: Error) => void;
}

/**
 * The stream from a gateway. It comes back by itself whatever ended it: Socket.IO's own reconnection would not after the
 * server disconnected it, and spreads its return over no time that the server names.
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
  /** The gateway has not been able to read a newer board for a while. */
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

  /** Gets the newest board now; a connection that turns out to be dead is made anew. */
  resync(): void {
    this.tellState();
    if (!this.socket?.connected) return void this.connect();
    this.heartbeat.check();
    void this.ask('subscribe', ['scores:top']);
  }

  /** For good. */
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
    await undefined; // who listens for errors may do so in the same turn
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
    this.age(false); // a gateway whose board is old takes nobody in
    this.signIn.connected(this.token);
    this.channels.renew();
  }

  private refused(error: HandshakeError, address: Address): void {
    if (error.data?.status === 401 && this.token !== undefined) {
      this.signIn.refuse(this.token, error.data.detail);
      return this.retry(0); // without it
    }
    if (error.message === 'timeout') this.socket!.io.opts.transports!.reverse(); // some proxies swallow what asks for a WebSocket
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

  /** Sends a request on the open connection; resolves with undefined where there is none, or no answer comes. */
  private async ask<T>(event: string, ...data: readonly unknown[]): Promise<T | undefined> {
    if (!this.socket?.connected) return undefined;
    return this.socket.timeout(ANSWER_MS).emitWithAck(event, ...data).catch(() => undefined); // a dead connection is the heartbeat's to find
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
