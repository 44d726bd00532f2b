import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

type Callback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** IPv4 that is not on the public internet: the IANA registry of special-purpose addresses, multicast, and what is reserved. */
const PRIVATE_V4 = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const;
/** Of IPv6 only global unicast is public, without the ranges in it that lead elsewhere: Teredo and other protocols, documentation, 6to4. */
const PUBLIC_V6 = [['2000::', 3]] as const;
const PRIVATE_V6 = [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const;

const listOf = (type: 'ipv4' | 'ipv6', ranges: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, type);
  return list;
};
const [privateV4, publicV6, privateV6] = [listOf('ipv4', PRIVATE_V4), listOf('ipv6', PUBLIC_V6), listOf('ipv6', PRIVATE_V6)];

/** Whether an address, without brackets, is on the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !privateV4.check(address, 'ipv4');
  return isIP(address) === 6 && publicV6.check(address, 'ipv6') && !privateV6.check(address, 'ipv6');
}

export const refusedAddress = (host: string): Error => new Error(`${host} is not a public address; set allowPrivate if that is meant`);

/**
 * `dns.lookup` for connections to the public internet alone. The connection uses exactly the addresses that are checked here, so a name cannot
 * resolve to another one between the check and the connection. Not called for a host that is an address itself.
 */
export function publicLookup(hostname: string, options: LookupOptions, callback: Callback): void {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const addresses = found.filter(({ address }) => isPublicAddress(address));
    const [first] = addresses;
    if (!first) return callback(refusedAddress(hostname), []);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
}
