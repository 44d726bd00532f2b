import { TokenBucket } from '@scoreboard/application';
import type { Server, Socket } from 'socket.io';
import { type CloseReason, goingAway, TOO_LONG, TOO_MANY_MESSAGES, UNKNOWN_EVENT } from './close-reason';
import { FLOOD, MAX_MESSAGE_BYTES } from './message-limits';

type Connection = Socket['conn'];

/** The WebSocket below a transport of engine.io; a transport that polls has none. */
interface Transport {
  readonly socket?: { pause(): void; terminate(): void };
}

interface Packet {
  readonly data?: string | Buffer;
}

/** Calls the handler of a client's event with what came with it; false where the event has none. */
export type EventHandler = (event: string, payload: readonly unknown[]) => boolean;

/** Holds a Socket.IO server's clients to the rules of what they may send. A client that breaks one is told, and disconnected for good. */
export class SocketIoPolicy {
  private readonly joined = new WeakMap<Connection, Socket>();

  constructor(server: Server) {
    server.engine.on('connection', (connection: Connection) => this.bound(connection));
    // It is always there, and nothing is in it: who lingered in it would be in nobody's count.
    server.use((_socket, next) => next(new Error('Invalid namespace')));
  }

  /** Begins when a namespace has let a client in. */
  attend(socket: Socket): void {
    const { conn } = socket;
    this.joined.set(conn, socket);
    socket.once('disconnect', () => conn.close()); // one that left its namespace has nothing more to say here
  }

  /** Gives all of a client's events to one handler, and ends a client whose event it does not know. No event is emitted: nobody else listens. */
  hear(socket: Socket, handle: EventHandler): void {
    socket.use(([event, ...payload]) => void (handle(event, payload) || this.end(socket.conn, UNKNOWN_EVENT)));
  }

  /** Its client comes back by itself, and not where the server said goodbye to its namespace: so only the connection ends. */
  drain(socket: Socket): void {
    socket.emit('closing', goingAway());
    socket.conn.close();
  }

  /** Counts all that comes, also before a namespace is named. */
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
    // Emitted for each probe of the next transport, which is answered.
    connection.on('upgrading', ({ socket }: Transport) => void (count() || socket?.terminate()));
  }

  private end(connection: Connection, closeReason: CloseReason): void {
    if (connection.readyState !== 'open') return;
    const socket = this.joined.get(connection);
    if (!socket) connection.close();
    socket?.emit('closing', closeReason);
    socket?.disconnect(true);
    (connection.transport as unknown as Transport).socket?.pause(); // what else it sends would cost others their time until it is gone
  }
}

/** Whether a packet of Socket.IO names a namespace, with what its client says of itself, or is the event `authenticate`. */
const bringsToken = (data: string | Buffer): boolean => typeof data === 'string' && /^(?:0|2\/[^,]*,\d*\["authenticate",)/.test(data);
