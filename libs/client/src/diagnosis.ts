import type { Address } from './address.ts';
import { ConnectionError } from './connection-error.ts';
import { reasonOf } from './network-failure.ts';

/** The parts of a socket.io-client error used here. */
export interface HandshakeError extends Error {
  /** The HTTP status of the last transport that was tried; 0 for none. */
  readonly description?: unknown;
  /** Set if the namespace refused the client. */
  readonly data?: { readonly status?: number; readonly detail?: string };
}

const LOOK_MS = 3_000;
/** Addresses that an https:// page may reach over http://. */
const LOOPBACK = /^http:\/\/(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/;
const here = globalThis as { readonly location?: { readonly origin: string; readonly protocol: string } };

/** What a status means and what to do; `page` is the origin of the page. */
const MEANINGS: Readonly<Record<number, (page: string) => string>> = {
  403: (page) => `It refuses pages of ${page}: add this origin to its setting CORS_ORIGINS.`,
  404: () => 'There is no scoreboard at this path. Give the address under which /socket.io and /api are found.',
  429: () => 'Too many connections from this network.',
  503: () => 'It accepts no clients now.',
};

/** Explains failed handshakes. The same failure in a row is diagnosed once. */
export class Diagnoses {
  private last?: { readonly failure: string; readonly diagnosis: Promise<ConnectionError> };

  of(error: HandshakeError, address: Address): Promise<ConnectionError> {
    const failure = [error.message, error.description, error.data?.status].join();
    if (this.last?.failure !== failure) this.last = { failure, diagnosis: diagnose(error, address) };
    return this.last.diagnosis;
  }

  /** A handshake has succeeded. */
  forget(): void {
    this.last = undefined;
  }
}

/** The messages of socket.io-client for failures without a status. */
const WORDS: Readonly<Record<string, string>> = {
  'timeout': 'accepted the connection but did not answer in time. The server hangs, or another service listens there.',
  'Invalid namespace': 'is a Socket.IO server without a scoreboard. Check the address.',
  'server error': 'answered something that is not Socket.IO. Another web server listens there: check address and port.',
};

/** The likely cause of a failed handshake, and what to do. */
async function diagnose({ message, description, data }: HandshakeError, address: Address): Promise<ConnectionError> {
  const url = `${address.origin}${address.path}/socket.io/`;
  const status = data?.status ?? (typeof description === 'number' && description > 0 ? description : undefined);
  const page = here.location?.origin ?? 'other origins';
  if (status) return new ConnectionError(`${url} answered ${status}. ${MEANINGS[status]?.(page) ?? 'See the log of the server or proxy there.'}`, status);
  return new ConnectionError(WORDS[message] ? `${url} ${WORDS[message]}` : await whySilent(url, address));
}

/**
 * A browser hides from a script why a request to another origin failed. But a `no-cors` request, whose answer the script cannot read,
 * succeeds if the server answers at all.
 */
async function whySilent(url: string, { origin, path }: Address): Promise<string> {
  const { location } = here;
  if (location?.origin === origin) return `${url} did not answer. The server or the network is down.`;
  if (location?.protocol === 'https:' && origin.startsWith('http:') && !LOOPBACK.test(origin)) {
    return `${url} cannot be reached from this page: browsers allow https:// pages to use https:// addresses only.`;
  }
  try {
    await fetch(`${origin}${path}/health/live`, { mode: 'no-cors', signal: AbortSignal.timeout(LOOK_MS) });
  } catch (error) {
    const reason = reasonOf(error);
    return `${url} did not answer${reason ? ` (${reason})` : ''}. Check address and port, the server, its certificate, and the connect-src of the page's Content-Security-Policy.`;
  }
  if (!location) return `${origin} answers, but ${url} does not. Check the path, and whether a proxy in front of it passes Socket.IO.`;
  return `${origin} answers, but not to pages of ${location.origin}: add this origin to its setting CORS_ORIGINS. Or a proxy in front of it does not pass Socket.IO.`;
}
