/**
 * The network that counts as one client: the IPv4 address (also if written as IPv6), or the /64 prefix of an IPv6 address, which
 * is what one household usually gets. Anything else, such as the empty address of a closed connection, is returned unchanged.
 */
export function clientNetwork(address: string): string {
  const [bare] = address.split('%', 1);
  if (!address.includes(':') || !URL.canParse(`http://[${bare}]`)) return address;
  const [, shortest] = /^\[(.*)\]$/.exec(new URL(`http://[${bare}]`).hostname)!;
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(shortest!);
  if (mapped) return dotted(parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16));
  const [front, back] = shortest!.split('::').map((groups) => groups.split(':').filter(Boolean));
  const zeros = Array.from({ length: back ? 8 - front!.length - back.length : 0 }, () => '0');
  return [...front!, ...zeros, ...(back ?? [])].slice(0, 4).join(':');
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
