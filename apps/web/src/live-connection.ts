import { io, type Socket } from 'socket.io-client';
import type { Board, ConnectionState, Me } from './page';

const RETRY_MS = 1_000;

export interface LiveConnectionOptions {
  /** Where the gateway is; null: where the page comes from. */
  readonly gatewayUrl: string | null;
  readonly token: () => string | undefined;
  /** The token is no longer good. */
  readonly onTokenRefused: () => void;
  readonly onBoard: (board: Board) => void;
  readonly onMe: (me: Me) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** The stream of boards. Comes back by itself, and never shows a board older than one it showed. */
export class LiveConnection {
  private readonly socket: Socket;
  private revision = 0;

  constructor(private readonly options: LiveConnectionOptions) {
    this.socket = io(`${options.gatewayUrl ?? ''}/ws/scores`, {
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelayMax: 2_000,
      auth: (send) => send({ token: options.token(), revision: this.revision }),
    });
    this.socket.on('scores:top', (board: Board) => this.take(board));
    this.socket.on('scores:me', options.onMe);
    this.socket.on('connect', () => options.onState('Live'));
    this.socket.on('disconnect', () => this.wait());
    this.socket.on('connect_error', (error) => this.refused(error));
    addEventListener('offline', () => options.onState('Offline'));
    addEventListener('online', () => options.onState(this.socket.connected ? 'Live' : 'Reconnecting…'));
  }

  /** Connects again, with the token there is now. */
  reconnect(): void {
    this.socket.disconnect().connect();
  }

  private take(board: Board): void {
    if (board.revision < this.revision) return;
    this.revision = board.revision;
    this.options.onBoard(board);
  }

  private refused(error: Error & { data?: { status?: number } }): void {
    if (error.data?.status === 401) this.options.onTokenRefused();
    this.wait();
  }

  private wait(): void {
    this.options.onState(navigator.onLine ? 'Reconnecting…' : 'Offline');
    // Where the server itself said no, or closed, the client does not come back on its own.
    if (!this.socket.active) setTimeout(() => this.socket.connect(), RETRY_MS);
  }
}
