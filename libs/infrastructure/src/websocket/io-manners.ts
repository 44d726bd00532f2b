import type { Server, Socket } from 'socket.io';
import { CLOSE_MS, EXPIRED, type Farewell, goingAway, TOO_MANY_MESSAGES, UNKNOWN_EVENT } from './farewell';
import { MessageBudget } from './message-budget';
import { onExpiry } from './on-expiry';

type Connection = Socket['conn'];

/** The WebSocket below a transport of engine.io; a transport that polls has none. */
interface Transport {
  readonly socket?: { on(event: 'ping', listener: () => void): void; terminate(): void };
}

const transportOf = (connection: Connection) => connection.transport as unknown as Transport;

/** Calls the handler of a client's event with what came with it; false where the event has none. */
export type EventHandler = (event: string, payload: readonly unknown[]) => boolean;

/** Holds a Socket.IO server's clients to the rules: what they may send, and how long their token is good. Who breaks one is told, and ended. */
export class IoManners {
  private readonly joined = new WeakMap<Connection, Socket>();

  constructor(server: Server) {
    server.engine.on('connection', (connection: Connection) => this.bound(connection));
    // It is always there, and nothing is in it: who lingered in it would be in nobody's count.
    server.use((_socket, next) => next(new Error('Invalid namespace')));
  }

  /** Begins when a namespace has let a client in; `expiresAt` where it brought a token. */
  attend(socket: Socket, expiresAt?: number): void {
    const { conn } = socket;
    this.joined.set(conn, socket);
    const callOff = expiresAt === undefined ? undefined : onExpiry(expiresAt, () => this.end(conn, EXPIRED));
    socket.once('disconnect', () => {
      callOff?.();
      conn.close(); // one that left its namespace has nothing more to say here
    });
  }

  /** Gives all of a client's events to one handler, and ends a client whose event it does not know. No event is emitted: nobody else listens. */
  hear(socket: Socket, handle: EventHandler): void {
    socket.use(([event, ...payload]) => void (handle(event, payload) || this.end(socket.conn, UNKNOWN_EVENT)));
  }

  /** Its client comes back by itself, and not where the server said goodbye to its namespace: so only the connection ends. */
  sendAway(socket: Socket): void {
    socket.emit('closing', goingAway());
    socket.conn.close();
  }

  /** Counts all that comes, also before a namespace is named; each ping of a WebSocket is answered, so it counts as well. */
  private bound(connection: Connection): void {
    const budget = new MessageBudget();
    const spend = () => void (budget.spend() || this.end(connection, TOO_MANY_MESSAGES));
    connection.on('packet', spend);
    if (transportOf(connection).socket) transportOf(connection).socket!.on('ping', spend);
    else connection.on('upgrade', ({ socket }: Transport) => socket?.on('ping', spend));
    connection.once('close', endSoon);
  }

  private end(connection: Connection, farewell: Farewell): void {
    const socket = this.joined.get(connection);
    if (!socket) return void connection.close();
    socket.emit('closing', farewell);
    socket.disconnect(true);
  }
}

/** A client that does not answer the closing frame would keep its WebSocket for half a minute. */
function endSoon(this: Connection): void {
  setTimeout(() => transportOf(this).socket?.terminate(), CLOSE_MS).unref();
}
