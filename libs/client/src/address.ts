import { ConnectionError } from './connection-error.ts';

/** The address of a server. */
export interface Address {
  /** For example `https://example.com`. */
  readonly origin: string;
  /** The path prefix of the service, for example `/scores`; empty at the root. */
  readonly path: string;
}

/** The Socket.IO namespace. Stock clients get it as part of the address. */
export const NAMESPACE = '/ws/scores';

const here = globalThis as { readonly location?: { readonly origin: string } };

/**
 * Parses an address as people write it: with or without a trailing slash, with a path, with `ws:` for `http:`, with the namespace at the end. In a
 * browser also a path alone, or an empty string for the page's own origin. Throws a `ConnectionError` that names the mistake.
 */
export function parseAddress(text: string): Address {
  const url = parse(text.trim());
  if (!/^https?:$/.test(url.protocol)) throw wrong(text, 'is not an HTTP address');
  if (url.username || url.password) throw wrong(text, 'contains a user or password, which browsers do not send');
  if (url.search || url.hash) throw wrong(text, 'contains ? or #');
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '').replace(new RegExp(`${NAMESPACE}$`), '') };
}

/** What is wrong with an address; undefined if it is valid. */
export function mistakeInAddress(text: string): string | undefined {
  try {
    parseAddress(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function parse(text: string): URL {
  const own = here.location?.origin;
  const isPath = text === '' || text.startsWith('/');
  if (isPath && !own) throw wrong(text, 'has no host, and only a browser page has an origin to use instead');
  if (!isPath && !/^(https?|wss?):\/\//i.test(text)) throw wrong(text, 'does not begin with https:// or http://');
  try {
    return new URL(text.replace(/^ws/i, 'http'), own);
  } catch {
    throw wrong(text, 'is not a valid URL');
  }
}

const EXPECTED = 'expected an address like https://scores.example.com or https://example.com/scores';

const wrong = (text: string, what: string): ConnectionError => new ConnectionError(`“${text}” ${what}: ${EXPECTED}`);
