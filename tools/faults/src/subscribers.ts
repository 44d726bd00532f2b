import type { Board } from '@scoreboard/domain';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

const BACK_AFTER_MS = 300;
const SOCKETIO_CLIENTS = 20;
const PLAIN_CLIENTS = 4;
/** Every so many of them changes the gateway. */
const ROAMER = 4;

/** Connects once; returns what ends it. `lost` is called where it could not connect, or its connection ended. */
type Open = (gateway: string, revision: number, hears: Readonly<{ joined(): void; see(board: Board): void; lost(): void }>) => () => void;

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

type Subscriber = { readonly name: string; last?: Board; isConnected: boolean; close?: () => void };

/** Twenty Socket.IO clients and four plain ones over all gateways, every fourth of which roams. They come back by themselves, as browsers do. */
export class Subscribers {
  /** What no client may ever be shown. */
  readonly wrong: string[] = [];
  private readonly all: Subscriber[] = [];
  private isOver = false;

  constructor(gateways: readonly string[]) {
    for (let i = 0; i < SOCKETIO_CLIENTS + PLAIN_CLIENTS; i++) {
      const [kind, open] = i < SOCKETIO_CLIENTS ? (['Socket.IO', socketIo] as const) : (['WebSocket', plain] as const);
      const subscriber: Subscriber = { name: `${kind} client ${i}`, isConnected: false };
      this.all.push(subscriber);
      this.connect(subscriber, open, gateways, i, i % ROAMER === 0 ? 1 : 0);
    }
  }

  /** The broken invariant where some do not see these ten now. */
  check(entries: Board['entries']): string | undefined {
    const shown = JSON.stringify(entries);
    const outdated = this.all.filter(({ isConnected, last }) => !isConnected || JSON.stringify(last?.entries) !== shown);
    return outdated.length ? `I7: ${outdated.length} clients do not show the true top ten, the first is ${outdated[0]!.name}` : undefined;
  }

  stop(): void {
    this.isOver = true;
    this.all.forEach(({ close }) => close?.());
  }

  /** To a gateway; whenever it is lost, again after a moment, to the one that is `step` further. */
  private connect(subscriber: Subscriber, open: Open, gateways: readonly string[], at: number, step: number): void {
    if (this.isOver) return;
    let isDone = false;
    const lost = () => {
      if (isDone) return;
      isDone = true;
      subscriber.isConnected = false;
      subscriber.close?.();
      setTimeout(() => this.connect(subscriber, open, gateways, at + step, step), BACK_AFTER_MS * (0.5 + Math.random())).unref();
    };
    const joined = () => (subscriber.isConnected = !isDone);
    subscriber.close = open(gateways[at % gateways.length]!, subscriber.last?.revision ?? 0, { joined, see: (board) => this.see(subscriber, board), lost });
  }

  private see(subscriber: Subscriber, board: Board): void {
    const { name, last } = subscriber;
    if (last && board.revision < last.revision) this.wrong.push(`${name} was shown revision ${board.revision} after ${last.revision}`);
    if (last && board.revision === last.revision && JSON.stringify(board) !== JSON.stringify(last)) this.wrong.push(`${name} was shown two boards with revision ${board.revision}`);
    subscriber.last = board;
  }
}
