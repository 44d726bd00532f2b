import { ConnectionError } from './connection-error.ts';

/** Where a server is. */
export interface Address {
  /** As `https://example.com`. */
  readonly origin: string;
  /** What its paths begin with, as `/scores`; empty where it lives at the root. */
  readonly path: string;
}

/** The namespace of Socket.IO, which stock clients are given as a part of the address. */
export const NAMESPACE = '/ws/scores';

const here = globalThis as { readonly location?: { readonly origin: string } };

/**
 * Understands an address as people write it: with or without a slash at the end, with a path, `ws:` for `http:`, the namespace at the end; in a
 * browser also a path alone, or nothing for the page's own origin. Throws a `ConnectionError` that says what is wrong with any other.
 */
export function parseAddress(text: string): Address {
  const url = parse(text.trim());
  if (!/^https?:$/.test(url.protocol)) throw wrong(text, 'is not an address of HTTP');
  if (url.username || url.password) throw wrong(text, 'has a user or a password in it, which browsers do not send');
  if (url.search || url.hash) throw wrong(text, 'has a ? or # in it');
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '').replace(new RegExp(`${NAMESPACE}$`), '') };
}

/** What is wrong with an address; undefined where nothing is. */
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
  if (isPath && !own) throw wrong(text, 'names no server, and there is no page whose server could be meant');
  if (!isPath && !/^(https?|wss?):\/\//i.test(text)) throw wrong(text, 'does not begin with https:// or http://');
  try {
    return new URL(text.replace(/^ws/i, 'http'), own);
  } catch {
    throw wrong(text, 'is no valid address');
  }
}

const EXPECTED = 'expected an address like https://scores.example.com or https://example.com/scores';

const wrong = (text: string, what: string): ConnectionError => new ConnectionError(`“${text}” ${what}: ${EXPECTED}`);
