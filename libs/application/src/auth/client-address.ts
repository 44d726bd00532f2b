/** A request or handshake of Node's HTTP server. */
interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
}

/**
 * The IP address of the client. Each proxy appends the address it sees to `X-Forwarded-For`, sometimes with a port; `trustProxy` is the
 * number of trusted proxies. Returns the first valid address among the entries that they wrote, without port and zone; otherwise the
 * address of the connection, or an empty string if the connection is closed. A forwarded address has at most 45 characters.
 */
export function clientAddress({ headers, socket }: Received, trustProxy: number): string {
  const believed = trustProxy ? String(headers['x-forwarded-for'] ?? '').split(',').slice(-trustProxy) : [];
  for (const entry of believed) {
    const address = addressIn(entry.trim());
    if (address) return address;
  }
  return socket.remoteAddress ?? '';
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `fe80::1%eth0`, `[2001:db8::1]`, `[2001:db8::1]:80`. */
const FORMS = /^(?:([\d.]+)(?::\d{1,5})?|([\da-f:.]+)(?:%.*)?|\[([\da-f:.]+)(?:%.*)?\](?::\d{1,5})?)$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=\d)|$)){4}$/;
const LONGEST = 100;

function addressIn(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const [, ipv4, ipv6, inBrackets] = FORMS.exec(text) ?? [];
  const address = ipv4 ?? ipv6 ?? inBrackets ?? '';
  const isAddress = ipv4 === undefined ? address.includes(':') && URL.canParse(`http://[${address}]`) : IPV4.test(ipv4);
  // Copied: a substring would keep the whole header in memory.
  return isAddress ? Buffer.from(address).toString() : undefined;
}
