import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/**
 * Whether a handshake may come from its page: the browser's same-origin rule does not hold for WebSockets, so the server
 * keeps it. Our own origin, one on the list, or no `Origin` at all (not a browser). Origins are compared by scheme, host and port
 * (RFC 6454, section 5), not as text.
 */
export function isOriginAllowed(request: Pick<IncomingMessage, 'headers' | 'socket'>, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  return origin === undefined || isListed(origin, allowed) || isOwn(origin, request);
}

/** Whether pages of this origin are on the list. */
export const isListed = (origin: string, allowed: readonly string[]): boolean => allowed.some((each) => canonical(each) === canonical(origin));

/** Without the port that its scheme implies. An origin of another scheme than http(s) has no such form, and is compared as it is. */
function canonical(origin: string): string {
  const parsed = URL.canParse(origin) ? new URL(origin).origin : 'null';
  return parsed === 'null' ? origin : parsed;
}

/** Where a proxy may have ended TLS, only the page knows the scheme that was asked for: then it is taken from there. */
function isOwn(origin: string, { headers: { host }, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  const scheme = socket instanceof TLSSocket ? 'https' : /^https?(?=:\/\/)/i.exec(origin)?.[0];
  const own = `${scheme}://${host}`;
  return scheme !== undefined && host !== undefined && URL.canParse(own) && canonical(own) === canonical(origin);
}
