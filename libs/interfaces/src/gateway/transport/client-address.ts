import type { IncomingMessage } from 'node:http';

/** Where a handshake comes from: past as many proxies as are believed, each of which adds the address it sees to the end of `X-Forwarded-For`. */
export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trustProxy: number): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim()).filter(Boolean);
  const hops = [...forwarded, socket.remoteAddress ?? ''];
  return hops.at(-1 - Math.min(trustProxy, forwarded.length))!;
}
