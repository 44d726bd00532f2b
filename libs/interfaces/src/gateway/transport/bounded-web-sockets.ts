import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TokenBucket } from '@scoreboard/application';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { answerHeaders } from './answer-headers';
import { CLOSE_MS, TOO_MANY_MESSAGES } from './close-reason';
import { FLOOD } from './message-limits';

/** A browser sends a message in one frame, a proxy may split it. Every frame costs, also an empty one. */
const MAX_FRAGMENTS = 64;

/**
 * A WebSocket server as both protocols use it: no message has frames without end, no client pings without end, and no
 * connection outlives its closing frame by more than a second.
 */
export class BoundedWebSockets extends WebSocketServer {
  constructor(options: ServerOptions) {
    const bounds: ServerOptions & { closeTimeout: number; maxFragments: number } = {
      ...options,
      perMessageDeflate: false,
      clientTracking: false,
      closeTimeout: CLOSE_MS, // this and the next are missing in the types
      maxFragments: MAX_FRAGMENTS,
    };
    super(bounds);
    this.on('headers', (lines, request) => {
      for (const [name, value] of Object.entries(answerHeaders(request))) lines.push(`${name}: ${value}`);
    });
  }

  override handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, callback: (client: WebSocket, request: IncomingMessage) => void): void {
    super.handleUpgrade(request, socket, head, (client) => {
      boundPings(client);
      callback(client, request);
    });
  }
}

/** Each ping is answered, and a pong that nobody asked for costs as much. */
function boundPings(client: WebSocket): void {
  let flood: TokenBucket | undefined; // most clients never send one
  const count = () => {
    flood ??= new TokenBucket(FLOOD);
    if (flood.take() || client.readyState !== client.OPEN) return;
    client.close(TOO_MANY_MESSAGES.code, TOO_MANY_MESSAGES.reason);
    client.pause(); // what else it sends would cost others their time until it is gone
  };
  client.on('ping', count).on('pong', count);
}
