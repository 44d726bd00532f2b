import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';

/** Where a handshake comes from: past as many proxies as are believed, each of which adds the address it sees to the end of `X-Forwarded-For`. */
export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trustProxy: number): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim()).filter(Boolean);
  const hops = [...forwarded, socket.remoteAddress ?? ''];
  return hops.at(-1 - Math.min(trustProxy, forwarded.length))!;
}

/** What counts as one client: an IPv4 address, also one written as IPv6, or the /64 of an IPv6 address, which is what one household gets. */
export function networkOf(address: string): string {
  const bare = isIPv4(address) ? `::ffff:${address}` : address.split('%', 1)[0]!;
  if (!isIPv6(bare)) return address;
  const [, shortest] = /^\[(.*)\]$/.exec(new URL(`http://[${bare}]`).hostname)!;
  if (shortest!.startsWith('::ffff:')) return shortest!;
  const [front, back] = shortest!.split('::').map((groups) => groups.split(':').filter(Boolean));
  const zeros = Array.from({ length: back ? 8 - front!.length - back.length : 0 }, () => '0');
  return [...front!, ...zeros, ...(back ?? [])].slice(0, 4).join(':');
}
