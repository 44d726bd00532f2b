import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TokenBucket } from '@scoreboard/application';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { answerHeaders } from './answer-headers';
import { CLOSE_MS, TOO_MANY_MESSAGES } from './close-reason';
import { FLOOD } from './message-limits';

/** A browser sends a message in one frame; a proxy may split it. Every frame costs time, even an empty one. */
const MAX_FRAGMENTS = 64;

/**
 * The WebSocket server of both protocols. It limits the frames of a message and the pings of a client, and closes a connection at
 * most one second after its close frame.
 */
export class BoundedWebSockets extends WebSocketServer {
  constructor(options: ServerOptions) {
    const bounds: ServerOptions & { closeTimeout: number; maxFragments: number } = {
      ...options,
      perMessageDeflate: false,
      clientTracking: false,
      closeTimeout: CLOSE_MS, // this and the next are missing from the type definitions
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

/** Each ping costs an answer, and an unsolicited pong costs as much as a ping. */
function boundPings(client: WebSocket): void {
  let flood: TokenBucket | undefined; // created lazily: most clients never send a ping
  const count = () => {
    flood ??= new TokenBucket(FLOOD);
    if (flood.take() || client.readyState !== client.OPEN) return;
    client.close(TOO_MANY_MESSAGES.code, TOO_MANY_MESSAGES.reason);
    client.pause(); // reading what it still sends would cost the other clients time
  };
  client.on('ping', count).on('pong', count);
}
