import type { Recognition, State, Transport, SubscriberHandle } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';
import { BUSY_BYTES, bufferedBytes } from './backpressure';
import { tryAgainLater } from './close-reason';
import { type ReadyFrames, writePast } from './ready-frame';

type Connection = Socket['conn'];

/** The parts of engine.io's connection used here. */
interface EngineSocket {
  readonly readyState: string;
  readonly upgrading: boolean;
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly name: string; readonly socket?: WebSocket };
}

/** A Socket.IO client as a subscriber. States bypass Socket.IO and engine.io if neither has unsent data, otherwise they go through them. */
export class SocketIoSubscriber implements SubscriberHandle {
  readonly transport: Transport = 'socket.io';
  readonly hasExpired: boolean;
  identity: Identity | undefined;
  /** Stored here so that a push touches fewer objects per client. */
  private readonly connection: Connection;

  constructor(
    private readonly socket: Socket,
    private readonly frames: ReadyFrames,
    { identity, hasExpired }: Recognition,
    readonly revision: number,
  ) {
    this.connection = socket.conn;
    this.identity = identity;
    this.hasExpired = hasExpired;
  }

  send(state: State): boolean {
    if (bufferedBytes(this.connection) > BUSY_BYTES) return false;
    const open = openWebSocket(this.connection);
    if (!open || !writePast(open, this.frames.of(state))) this.socket.emit(state.event, state.data);
    return true;
  }

  /** Closes only the connection: a stock client does not reconnect by itself if the server disconnects its namespace. */
  closeForNow(reason: string): void {
    this.socket.emit('closing', tryAgainLater(reason));
    this.connection.close();
  }
}

/** A Socket.IO packet (protocol version 5) in an engine.io message (version 4). */
export const ioMessage = (namespace: string, { event, data }: State): string => `42${namespace},${JSON.stringify([event, data])}`;

/** Undefined while the client polls or upgrades, while packets wait, and once closing has started. */
function openWebSocket(connection: Connection): WebSocket | undefined {
  const { readyState, upgrading, writeBuffer, transport } = connection as unknown as EngineSocket;
  return readyState === 'open' && !upgrading && writeBuffer.length === 0 && transport.name === 'websocket' ? transport.socket : undefined;
}
