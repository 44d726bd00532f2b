import type { IncomingMessage } from 'node:http';

/**
 * Whether a handshake may come from its page: the browser's same-origin rule does not hold for WebSockets, so the server
 * keeps it. Same host, an origin on the list, or no `Origin` at all (not a browser).
 */
export function isOriginAllowed({ headers }: Pick<IncomingMessage, 'headers'>, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  // Compared by host: behind a proxy that ends TLS the scheme differs.
  return URL.canParse(origin) && new URL(origin).host === host;
}
