import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { isListed, originOf } from '@scoreboard/application';

/**
 * Whether a handshake may come from its page: the browser's same-origin rule does not hold for WebSockets, so the server
 * keeps it. Our own origin, one on the list (`isListed`), or no `Origin` at all (not a browser).
 */
export function isOriginAllowed(request: Pick<IncomingMessage, 'headers' | 'socket'>, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  return origin === undefined || isListed(origin, allowed) || isOwn(origin, request);
}

/** Where a proxy may have ended TLS, only the page knows the scheme that was asked for: then it is taken from there. */
function isOwn(origin: string, { headers: { host }, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  const scheme = socket instanceof TLSSocket ? 'https' : /^https?(?=:\/\/)/i.exec(origin)?.[0];
  const own = scheme && host && originOf(`${scheme}://${host}`);
  return Boolean(own) && own === originOf(origin);
}
