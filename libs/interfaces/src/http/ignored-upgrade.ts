import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** Whether a request may become a WebSocket (RFC 6455, section 4.1): a GET without a body. */
export const asksForWebSocket = (request: IncomingMessage): boolean =>
  request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket' && !hasBody(request);

const hasBody = ({ headers }: IncomingMessage): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const [NODE_MAJOR] = process.versions.node.split('.').map(Number) as [number];

/**
 * Server options: Node 26 reads the body of an upgrade itself, so `ignoreUpgrade` would lack it. There, a request with a body is an ordinary request
 * from the start. Only then Node forgets what the client has pipelined behind it, which no client does that asks for an upgrade.
 */
export const DECLINE_UPGRADES: object = NODE_MAJOR >= 26 ? { shouldUpgradeCallback: (request: IncomingMessage) => !hasBody(request) } : {};

/**
 * Answers a request as if it had not asked for an upgrade (RFC 9110, section 7.8): to `h2c`, which Java's HttpClient asks for by default, or to a
 * WebSocket on a path that has none. Node passes such a request to the `upgrade` listener without its body, and stops reading the
 * connection. So this writes the request, without `Upgrade`, back in front of the unread bytes and hands the connection to the server again.
 *
 * Answers keep their order: the request waits for the answers before it.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const earlier = Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined;
  if (earlier) {
    socket.on('error', ignore);
    return void earlier.once('close', () => ignoreUpgrade(server, request, socket.off('error', ignore), head));
  }
  if (socket.destroyed) return;
  (socket as Socket).setTimeout(0);
  socket.unshift(Buffer.concat([headOf(request), head]));
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}

const ignore = (): void => undefined;

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
