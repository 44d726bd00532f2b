import type { IncomingHttpHeaders } from 'node:http';

interface Handshake {
  /** The `auth` object of a Socket.IO client. */
  readonly auth?: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, unknown>>;
}

/**
 * The token that a client sends: in Socket.IO's `auth`, in the `Authorization` header (RFC 6750), or as `?token=`; the first one
 * present counts. Other schemes than Bearer are ignored: a browser adds a page's Basic credentials by itself.
 */
export function tokenOf({ auth, headers, query }: Handshake): unknown {
  const said = (auth as { readonly token?: unknown } | undefined)?.token;
  return said ?? bearerToken(headers.authorization) ?? query['token'];
}

/** Undefined for another scheme; empty if the scheme is `Bearer` without exactly one token. */
function bearerToken(authorization = ''): string | undefined {
  const [scheme, token = '', ...more] = authorization.trim().split(/ +/);
  if (scheme?.toLowerCase() !== 'bearer') return undefined;
  return more.length ? '' : token;
}
