import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { isListed, originOf } from '@scoreboard/application';

/**
 * Whether the page of a handshake may connect. Browsers do not apply the same-origin policy to WebSockets, so the server
 * checks it. Allowed are our own origin, listed origins (`isListed`), and requests without `Origin` (not a browser).
 */
export function isOriginAllowed(request: Pick<IncomingMessage, 'headers' | 'socket'>, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  return origin === undefined || isListed(origin, allowed) || isOwn(origin, request);
}

/** If a proxy may have terminated TLS, only the page knows the original scheme: then it is taken from `Origin`. */
function isOwn(origin: string, { headers: { host }, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  const scheme = socket instanceof TLSSocket ? 'https' : /^https?(?=:\/\/)/i.exec(origin)?.[0];
  const own = scheme && host && originOf(`${scheme}://${host}`);
  return Boolean(own) && own === originOf(origin);
}
