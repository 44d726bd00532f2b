import type { IncomingHttpHeaders } from 'node:http';

interface Handshake {
  /** What a Socket.IO client says in `auth`. */
  readonly auth?: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, unknown>>;
}

/**
 * The token that a client brings: in Socket.IO's `auth`, in the `Authorization` header (RFC 6750), or as `?token=`, the first of
 * them that there is. A browser sends a page's Basic password along by itself: what is no bearer token is no credential here.
 */
export function tokenOf({ auth, headers, query }: Handshake): unknown {
  const said = (auth as { readonly token?: unknown } | undefined)?.token;
  return said ?? bearerToken(headers.authorization) ?? query['token'];
}

/** Empty where the scheme is `Bearer` and what follows is no token. */
function bearerToken(authorization = ''): string | undefined {
  const [scheme, token = '', ...more] = authorization.trim().split(/ +/);
  if (scheme?.toLowerCase() !== 'bearer') return undefined;
  return more.length ? '' : token;
}
