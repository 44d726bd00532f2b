import type { Board } from '@scoreboard/domain';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

const BACK_AFTER_MS = 300;

/** A client that stays on one gateway, or goes to another whenever it loses its own; it comes back by itself, as a browser does. */
class Subscriber {
  last?: Board;
  isConnected = false;
  private isOver = false;
  private close: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly gateways: readonly string[],
    private readonly open: Open,
    private readonly onWrong: (what: string) => void,
  ) {
    this.connect(0);
  }

  stop(): void {
    this.isOver = true;
    this.close();
  }

  private connect(turn: number): void {
    if (this.isOver) return;
    let isDone = false;
    const lost = () => {
      if (isDone) return;
      isDone = true;
      this.isConnected = false;
      this.close();
      setTimeout(() => this.connect(turn + 1), BACK_AFTER_MS * (0.5 + Math.random())).unref();
    };
    const joined = () => (this.isConnected = !isDone);
    this.close = this.open(this.gateways[turn % this.gateways.length]!, this.last?.revision ?? 0, { joined, see: (board) => this.see(board), lost });
  }

  private see(board: Board): void {
    const { last } = this;
    if (last && board.revision < last.revision) this.onWrong(`${this.name} was shown revision ${board.revision} after ${last.revision}`);
    if (last && board.revision === last.revision && JSON.stringify(board) !== JSON.stringify(last)) {
      this.onWrong(`${this.name} was shown two boards with revision ${board.revision}`);
    }
    this.last = board;
  }
}

interface Hears {
  joined(): void;
  see(board: Board): void;
  /** It could not connect, or its connection ended. */
  lost(): void;
}

/** Connects once; returns what ends it. */
type Open = (gateway: string, revision: number, hears: Hears) => () => void;

const socketIo: Open = (gateway, revision, { joined, see, lost }) => {
  const socket = io(`${gateway}/ws/scores`, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { revision } });
  socket.on('connect', joined).on('scores:top', see).on('disconnect', lost).on('connect_error', lost);
  return () => void socket.disconnect();
};

const plain: Open = (gateway, revision, { joined, see, lost }) => {
  const socket = new WebSocket(`${gateway.replace('http', 'ws')}/ws/scores?revision=${revision}`, { handshakeTimeout: 5_000 });
  socket.on('message', (frame) => {
    const { event, data } = JSON.parse(String(frame)) as { event: string; data: Board };
    if (event === 'scores:top') see(data);
  });
  socket.on('open', joined).on('error', () => undefined).on('close', lost);
  return () => socket.terminate();
};

const SOCKETIO_CLIENTS = 20;
const PLAIN_CLIENTS = 4;
/** Every so many of them changes the gateway. */
const ROAMER = 4;

/** Twenty Socket.IO clients and four plain ones over all gateways, every fourth of which roams. */
export class Subscribers {
  /** What no client may ever be shown. */
  readonly wrong: string[] = [];
  private readonly all: readonly Subscriber[];

  constructor(gateways: readonly string[]) {
    this.all = Array.from({ length: SOCKETIO_CLIENTS + PLAIN_CLIENTS }, (_, i) => {
      const start = i % gateways.length;
      const own = i % ROAMER === 0 ? [...gateways.slice(start), ...gateways.slice(0, start)] : [gateways[start]!];
      const [kind, open] = i < SOCKETIO_CLIENTS ? ['Socket.IO', socketIo] as const : ['WebSocket', plain] as const;
      return new Subscriber(`${kind} client ${i}`, own, open, (what) => this.wrong.push(what));
    });
  }

  /** The broken invariant where some do not see these ten now. */
  check(entries: Board['entries']): string | undefined {
    const shown = JSON.stringify(entries);
    const outdated = this.all.filter(({ isConnected, last }) => !isConnected || JSON.stringify(last?.entries) !== shown);
    return outdated.length ? `I7: ${outdated.length} clients do not show the true top ten, the first is ${outdated[0]!.name}` : undefined;
  }

  stop(): void {
    for (const subscriber of this.all) subscriber.stop();
  }
}
