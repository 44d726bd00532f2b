/** A request or handshake of Node's HTTP server. */
interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
}

/**
 * The IP address that a request comes from. Each proxy adds the address that it sees to the end of `X-Forwarded-For`, some of them with a
 * port; `trustProxy` is how many are believed. Of the entries that they wrote the first that is an address counts, without its port
 * and zone, else the address of the connection; empty for a connection that is gone. 45 characters at most, or what the connection says.
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
  // Copied: a part of the header would keep the whole of it in memory.
  return isAddress ? Buffer.from(address).toString() : undefined;
}
