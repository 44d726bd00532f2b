import { io, type Socket } from 'socket.io-client';
import { backoff, somewhenIn } from './backoff.ts';
import type { ConnectionState } from './messages.ts';
import { isOnline, watchSurroundings } from './surroundings.ts';
import type { TokenSource } from './token-source.ts';

/** After a server that went without saying how long to stay away. */
const RETURN_WITHIN_MS = 2_000;
/** A connection that does not answer within this time is dead. */
const ANSWER_WITHIN_MS = 5_000;

/** What the server sends that is no data of a channel. */
const NO_CHANNELS: ReadonlySet<string> = new Set(['closing', 'stale', 'unauthenticated']);

/** What the server says just before it ends a connection. */
interface Farewell {
  readonly retryAfterMs?: number;
}

export interface ConnectionOptions {
  /** The gateway's origin; empty for the page's own. */
  readonly url: string;
  readonly tokens: TokenSource;
  /** The newest revision held: a gateway sends nothing older. */
  readonly revision: () => number;
  readonly onMessage: (channel: string, data: unknown) => void;
  readonly onState: (state: ConnectionState) => void;
  readonly onError: (error: Error) => void;
}

/**
 * The stream from a gateway. It comes back by itself whatever ended it: Socket.IO's own reconnection would not after the
 * server disconnected it, and cannot wait for a fresh token.
 */
export class Connection {
  private readonly socket: Socket;
  private readonly channels = new Set<string>();
  private readonly endWatch: () => void;
  private state?: ConnectionState;
  private token?: string;
  private farewell?: Farewell;
  private failures = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private isConnecting = false;
  private isProbing = false;
  /** The gateway has not been able to read a newer board for a while. */
  private isStale = false;
  private isClosed = false;

  constructor(private readonly options: ConnectionOptions) {
    this.socket = io(`${options.url}/ws/scores`, {
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnection: false,
      autoConnect: false,
      forceNew: true,
    });
    this.socket.on('connect', () => this.connected());
    this.socket.on('unauthenticated', () => void this.renew());
    this.socket.on('closing', (farewell: Farewell) => (this.farewell = farewell));
    this.socket.on('disconnect', (reason) => this.disconnected(reason));
    this.socket.on('connect_error', (error) => this.refused(error));
    this.socket.on('stale', ({ stale }: { readonly stale: boolean }) => this.age(stale));
    this.socket.onAny((channel: string, data: unknown) => !NO_CHANNELS.has(channel) && options.onMessage(channel, data));
    this.endWatch = watchSurroundings(() => this.resync(), () => this.tellState());
    void this.connect();
  }

  subscribe(channel: string): void {
    this.channels.add(channel);
    if (this.socket.connected) this.ask('subscribe', channel);
  }

  unsubscribe(channel: string): void {
    this.channels.delete(channel);
    if (this.socket.connected) this.ask('unsubscribe', channel);
  }

  /** Gets the newest state now; a connection that turns out to be dead is made anew. */
  resync(): void {
    this.tellState();
    if (!this.socket.connected) void this.connect();
    else if (!this.isProbing) this.probe();
  }

  /** Connects anew where the player is another by now. */
  adopt(token: string): void {
    if (this.socket.connected && this.token !== token) this.socket.disconnect();
  }

  close(): void {
    this.isClosed = true;
    this.endWatch();
    clearTimeout(this.timer);
    this.socket.disconnect();
    this.tellState();
  }

  private async connect(): Promise<void> {
    clearTimeout(this.timer);
    if (this.isConnecting || this.socket.connected || this.isClosed) return;
    this.isConnecting = true;
    this.tellState();
    try {
      this.token = (await this.options.tokens.get('connect'))?.token;
    } catch (error) {
      this.options.onError(error as Error);
      return this.retry(backoff(this.failures++));
    }
    if (this.isClosed) return;
    this.socket.auth = { token: this.token, revision: this.options.revision() };
    this.socket.connect();
  }

  private connected(): void {
    this.isConnecting = false;
    this.failures = 0;
    this.age(false); // a gateway whose board is old takes nobody in
    for (const channel of this.channels) this.ask('subscribe', channel);
  }

  private refused(error: Error & { readonly data?: { readonly status?: number } }): void {
    if (error.data?.status === 401) this.options.tokens.refuse(this.token);
    this.retry(backoff(this.failures++));
  }

  private disconnected(reason: Socket.DisconnectReason): void {
    const { farewell } = this;
    this.farewell = undefined;
    const isOurs = reason === 'io client disconnect';
    this.retry(isOurs ? 0 : somewhenIn(farewell?.retryAfterMs ?? RETURN_WITHIN_MS));
  }

  /** The token has expired: the connection goes on without a player, and with the next token as one again. */
  private async renew(): Promise<void> {
    const { id } = this.socket;
    this.options.tokens.refuse(this.token);
    try {
      const token = (await this.options.tokens.get('connect'))?.token;
      if (!token || token === this.token || this.socket.id !== id) return;
      this.token = token;
      this.socket.emit('authenticate', token, ({ ok }: { readonly ok: boolean }) => {
        if (!ok && this.socket.id === id) this.socket.disconnect(); // it comes back, and says why at the handshake
      });
    } catch (error) {
      this.options.onError(error as Error);
    }
  }

  private retry(ms: number): void {
    this.isConnecting = false;
    if (this.isClosed) return;
    this.tellState();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), ms);
  }

  private probe(): void {
    this.isProbing = true;
    const { id } = this.socket;
    this.socket.timeout(ANSWER_WITHIN_MS).emit('subscribe', 'scores:top', (error: Error | null) => {
      this.isProbing = false;
      if (error && this.socket.id === id) this.socket.disconnect();
    });
  }

  private ask(event: 'subscribe' | 'unsubscribe', channel: string): void {
    this.socket.emit(event, channel, ({ ok, code }: { readonly ok: boolean; readonly code?: string }) => {
      // Without a token there is no `around:me`: it comes with the next connection that has one.
      if (!ok && code !== 'unauthenticated') this.options.onError(new Error(`The server refused ${channel}: ${code}`));
    });
  }

  private age(isStale: boolean): void {
    this.isStale = isStale;
    this.tellState();
  }

  private tellState(): void {
    const state = this.isClosed || !isOnline() ? 'offline' : this.socket.connected && !this.isStale ? 'live' : 'reconnecting';
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }
}
