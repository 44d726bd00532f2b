import type { Server, Socket } from 'socket.io';
import { CLOSE_MS } from './farewell';

type Connection = Socket['conn'];

/** engine.io's transport that polls, as far as it is read here: `writable` while a request waits for data. */
interface PollingTransport {
  readonly name: string;
  readonly writable: boolean;
  closeTimeout?: number;
}

const LOOK_MS = 1_000;
/** A client asks again as soon as it is answered. One that has not for so many looks is gone, whatever its session says. */
const MAX_SILENT_LOOKS = 5;

/**
 * Ends the sessions of clients that poll and are gone. A session costs two requests and no connection, so without this it
 * would keep the place of a live client until its ping times out.
 */
export class IoPolls {
  /** Looks in a row at which no request of the session was waiting. */
  private readonly silent = new Map<Connection, number>();
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  constructor(server: Server) {
    server.engine.on('connection', (connection: Connection) => this.watch(connection));
  }

  close(): void {
    clearInterval(this.timer);
  }

  private watch(connection: Connection): void {
    const transport = transportOf(connection);
    if (transport.name !== 'polling') return;
    transport.closeTimeout = CLOSE_MS; // how long a goodbye waits for a request to answer: engine.io's half minute is a place lost
    this.silent.set(connection, 0);
    const forget = () => this.silent.delete(connection);
    connection.once('upgrade', forget);
    connection.once('close', forget);
  }

  private look(): void {
    for (const [connection, looks] of this.silent) {
      if (transportOf(connection).writable) this.silent.set(connection, 0);
      else if (looks < MAX_SILENT_LOOKS) this.silent.set(connection, looks + 1);
      else connection.close(true);
    }
  }
}

const transportOf = (connection: Connection) => connection.transport as unknown as PollingTransport;
