import type { EventEmitter } from 'node:events';
import type { Server, Socket } from 'socket.io';
import { CLOSE_MS } from './close-reason';

type Connection = Socket['conn'];

/** The parts of engine.io's polling transport used here. It emits `ready` for each request for data, and is writable while one waits. */
interface PollingTransport extends EventEmitter {
  readonly name: string;
  readonly writable: boolean;
  closeTimeout?: number;
}

interface Session {
  /** Consecutive checks without a waiting request, and without a new one since the previous check. */
  silentLooks: number;
  hasAsked: boolean;
}

const LOOK_MS = 1_000;
/** A client requests data right after it joins, and again after each answer. On a slow network either may take a while. */
const FIRST_WITHIN_LOOKS = 10;
const AGAIN_WITHIN_LOOKS = 20;

/**
 * Closes the sessions of polling clients that have disappeared. A session costs its client two requests and no open connection, so
 * without this an abandoned session would occupy a place until its ping times out.
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
    transport.closeTimeout = CLOSE_MS; // how long closing waits for a request to answer; engine.io's default of 30 s would occupy a place for as long
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
