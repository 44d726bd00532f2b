import { TokenBucket } from '@scoreboard/application';
import type { Server, Socket } from 'socket.io';
import { type CloseReason, goingAway, TOO_LONG, TOO_MANY_MESSAGES, UNKNOWN_EVENT } from './close-reason';
import { FLOOD, MAX_MESSAGE_BYTES } from './message-limits';

type Connection = Socket['conn'];

/** The WebSocket of an engine.io transport; a polling transport has none. */
interface Transport {
  readonly socket?: { pause(): void; terminate(): void };
}

interface Packet {
  readonly data?: string | Buffer;
}

/** Calls the handler of a client's event with its arguments; returns false if the event has none. */
export type EventHandler = (event: string, payload: readonly unknown[]) => boolean;

/** Enforces the message rules for Socket.IO clients. A client that breaks one receives `closing` and is disconnected; it does not reconnect by itself. */
export class SocketIoPolicy {
  private readonly joined = new WeakMap<Connection, Socket>();

  constructor(server: Server) {
    server.engine.on('connection', (connection: Connection) => this.bound(connection));
    // The root namespace always exists but is unused here. Clients in it would not be counted, so none may join.
    server.use((_socket, next) => next(new Error('Invalid namespace')));
  }

  /** Call once a namespace has admitted a client. */
  attend(socket: Socket): void {
    const { conn } = socket;
    this.joined.set(conn, socket);
    socket.once('disconnect', () => conn.close()); // a client that left the namespace has no use for the connection
  }

  /** Passes all events of a client to one handler, and disconnects the client on an unknown event. The events are not emitted: there are no other listeners. */
  hear(socket: Socket, handle: EventHandler): void {
    socket.use(([event, ...payload]) => void (handle(event, payload) || this.end(socket.conn, UNKNOWN_EVENT)));
  }

  /** Closes only the connection: a stock client does not reconnect by itself if the server disconnects its namespace. */
  drain(socket: Socket): void {
    socket.emit('closing', goingAway());
    socket.conn.close();
  }

  /** Counts every packet, also before the client joins a namespace. */
  private bound(connection: Connection): void {
    const flood = new TokenBucket(FLOOD);
    const count = (): boolean => {
      const isWithin = flood.take();
      if (!isWithin) this.end(connection, TOO_MANY_MESSAGES);
      return isWithin;
    };
    connection.on('packet', ({ data }: Packet) => {
      count();
      if (data && data.length > MAX_MESSAGE_BYTES && !bringsToken(data)) this.end(connection, TOO_LONG);
    });
    // Emitted for each probe of the next transport. Each probe is answered, so it counts too.
    connection.on('upgrading', ({ socket }: Transport) => void (count() || socket?.terminate()));
  }

  private end(connection: Connection, closeReason: CloseReason): void {
    if (connection.readyState !== 'open') return;
    const socket = this.joined.get(connection);
    if (!socket) connection.close();
    socket?.emit('closing', closeReason);
    socket?.disconnect(true);
    (connection.transport as unknown as Transport).socket?.pause(); // reading what it still sends would cost the other clients time
  }
}

/** Whether a Socket.IO packet may carry a token: it joins a namespace, or is the event `authenticate`. */
const bringsToken = (data: string | Buffer): boolean => typeof data === 'string' && /^(?:0|2\/[^,]*,\d*\["authenticate",)/.test(data);
