import type { Server, Socket } from 'socket.io';
import { CLOSE_MS, EXPIRED, type Farewell, TOO_MANY_MESSAGES, UNKNOWN_EVENT } from './farewell';
import { MessageBudget } from './message-budget';
import { onExpiry } from './on-expiry';

type Connection = Socket['conn'];

/** The WebSocket below a transport of engine.io; a transport that polls has none. */
interface Transport {
  readonly socket?: { on(event: 'ping', listener: () => void): void; terminate(): void };
}

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
    const callOff = expiresAt === undefined ? () => undefined : onExpiry(expiresAt, () => this.end(conn, EXPIRED));
    socket.once('disconnect', () => {
      callOff();
      conn.close(); // one that left its namespace has nothing more to say here
    });
  }

  /** Ends a client that sends an event beside these. */
  allowOnly(socket: Socket, events: ReadonlySet<string>): void {
    socket.use(([event], next) => (events.has(event) ? next() : this.end(socket.conn, UNKNOWN_EVENT)));
  }

  /** Counts all that comes, also before a namespace is named; each ping of a WebSocket is answered, so it counts as well. */
  private bound(connection: Connection): void {
    const budget = new MessageBudget();
    const spend = () => void (budget.spend() || this.end(connection, TOO_MANY_MESSAGES));
    const listen = ({ socket }: Transport) => socket?.on('ping', spend);
    connection.on('packet', spend);
    connection.on('upgrade', listen);
    listen(connection.transport as unknown as Transport);
    // A client that does not answer the closing frame would keep its WebSocket for half a minute.
    connection.once('close', () => void setTimeout(() => (connection.transport as unknown as Transport).socket?.terminate(), CLOSE_MS).unref());
  }

  private end(connection: Connection, farewell: Farewell): void {
    const socket = this.joined.get(connection);
    if (!socket) return void connection.close();
    socket.emit('closing', farewell);
    socket.disconnect(true);
  }
}
