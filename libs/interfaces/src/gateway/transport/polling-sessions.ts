import type { EventEmitter } from 'node:events';
import type { Server, Socket } from 'socket.io';
import { CLOSE_MS } from './close-reason';

type Connection = Socket['conn'];

/** engine.io's transport that polls, as far as it is read here. It emits `ready` at each request that asks for data, and is writable while one waits. */
interface PollingTransport extends EventEmitter {
  readonly name: string;
  readonly writable: boolean;
  closeTimeout?: number;
}

interface Session {
  /** Looks in a row at which no request of it was waiting, nor had come since the one before. */
  silentLooks: number;
  hasAsked: boolean;
}

const LOOK_MS = 1_000;
/** A client asks for data as soon as it has joined, and again as soon as it is answered. On a bad path either may take a while. */
const FIRST_WITHIN_LOOKS = 10;
const AGAIN_WITHIN_LOOKS = 20;

/**
 * Ends the sessions of clients that poll and are gone. A session costs two requests and no connection, so without this it
 * would keep the place of a live client until its ping times out.
 */
export class PollingSessions {
  private readonly sessions = new Map<Connection, Session>();
  private readonly timer: NodeJS.Timeout;

  constructor(server: Server, lookMs = LOOK_MS) {
    this.timer = setInterval(() => this.look(), lookMs).unref();
    server.engine.on('connection', (connection: Connection) => this.watch(connection));
  }

  close(): void {
    clearInterval(this.timer);
  }

  private watch(connection: Connection): void {
    const transport = transportOf(connection);
    if (transport.name !== 'polling') return;
    const session: Session = { silentLooks: 0, hasAsked: false };
    this.sessions.set(connection, session);
    transport.closeTimeout = CLOSE_MS; // how long a goodbye waits for a request to answer: engine.io's half minute is a place lost
    transport.on('ready', () => Object.assign(session, { silentLooks: 0, hasAsked: true }));
    const forget = () => this.sessions.delete(connection);
    connection.once('upgrade', forget);
    connection.once('close', forget);
  }

  private look(): void {
    for (const [connection, session] of this.sessions) {
      if (transportOf(connection).writable) session.silentLooks = 0;
      else if (session.silentLooks++ >= (session.hasAsked ? AGAIN_WITHIN_LOOKS : FIRST_WITHIN_LOOKS)) connection.close(true);
    }
  }
}

const transportOf = (connection: Connection) => connection.transport as unknown as PollingTransport;
