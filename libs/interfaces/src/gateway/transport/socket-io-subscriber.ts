import type { Recognition, State, Transport, SubscriberData } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';
import { BUSY_BYTES, bufferedBytes } from './backpressure';
import { tryAgainLater } from './close-reason';
import { type ReadyFrames, writePast } from './ready-frame';

type Connection = Socket['conn'];

/** engine.io's connection, as far as it is passed by here. */
interface EngineSocket {
  readonly readyState: string;
  readonly upgrading: boolean;
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly name: string; readonly socket?: WebSocket };
}

/** A Socket.IO client as a subscriber. Its states go past Socket.IO and engine.io where nothing of theirs is under way, else through them. */
export class SocketIoSubscriber implements SubscriberData {
  readonly transport: Transport = 'socket.io';
  readonly hasExpired: boolean;
  identity: Identity | undefined;
  /** Held here too: on the way to it every push would read two more objects of each of ten thousand clients. */
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

  /** Its client comes back by itself, and not where the server says goodbye to its namespace: so only the connection ends. */
  closeForNow(reason: string): void {
    this.socket.emit('closing', tryAgainLater(reason));
    this.connection.close();
  }
}

/** A packet of Socket.IO's protocol, version 5, in a message of engine.io's, version 4. */
export const ioMessage = (namespace: string, { event, data }: State): string => `42${namespace},${JSON.stringify([event, data])}`;

/** Undefined while the client polls or changes over, while packets wait, and from the first goodbye on. */
function openWebSocket(connection: Connection): WebSocket | undefined {
  const { readyState, upgrading, writeBuffer, transport } = connection as unknown as EngineSocket;
  return readyState === 'open' && !upgrading && writeBuffer.length === 0 && transport.name === 'websocket' ? transport.socket : undefined;
}
