import type { Address } from './address.ts';
import { ConnectionError } from './connection-error.ts';
import { reasonOf } from './network-failure.ts';

/** An error of socket.io-client, as far as it is of use: it tells little, in words of its own. */
export interface HandshakeError extends Error {
  /** Of the last transport that was tried: the HTTP status, 0 for none. */
  readonly description?: unknown;
  /** Of a namespace that refused the client. */
  readonly data?: { readonly status?: number; readonly detail?: string };
}

const LOOK_MS = 3_000;
/** Where a page of https:// may use http:// all the same. */
const LOOPBACK = /^http:\/\/(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/;
const here = globalThis as { readonly location?: { readonly origin: string; readonly protocol: string } };

/** What a status says about the way there; `page` is the origin of the page that asked. */
const MEANINGS: Readonly<Record<number, (page: string) => string>> = {
  403: (page) => `It refuses pages of ${page}: add this origin to its setting CORS_ORIGINS.`,
  404: () => 'There is no scoreboard at this path. Give the address under which /socket.io and /api are found.',
  429: () => 'There are too many connections from this network.',
  503: () => 'It takes no clients now.',
};

/** Why handshakes fail. The same failure in a row is looked into once. */
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

/** What the client of Socket.IO says where no status came back. */
const WORDS: Readonly<Record<string, string>> = {
  'timeout': 'took the connection and did not answer in time. The server is stuck, or another service listens there.',
  'Invalid namespace': 'is a Socket.IO server without a scoreboard. Check the address.',
  'server error': 'answered something that is not Socket.IO. Another web server listens there: check address and port.',
};

/** Why a handshake failed, as far as anybody can know, and what to do. */
async function diagnose({ message, description, data }: HandshakeError, address: Address): Promise<ConnectionError> {
  const url = `${address.origin}${address.path}/socket.io/`;
  const status = data?.status ?? (typeof description === 'number' && description > 0 ? description : undefined);
  const page = here.location?.origin ?? 'other origins';
  if (status) return new ConnectionError(`${url} answered ${status}. ${MEANINGS[status]?.(page) ?? 'See the log of the server or proxy there.'}`, status);
  return new ConnectionError(WORDS[message] ? `${url} ${WORDS[message]}` : await whySilent(url, address));
}

/**
 * A browser hides from a script why a request to another origin failed, but one more request, whose answer may not be read, succeeds
 * if anybody answers.
 */
async function whySilent(url: string, { origin, path }: Address): Promise<string> {
  const { location } = here;
  if (location?.origin === origin) return `${url} did not answer. The server or the network is down.`;
  if (location?.protocol === 'https:' && origin.startsWith('http:') && !LOOPBACK.test(origin)) {
    return `${url} cannot be asked by this page: browsers let a page of https:// use only addresses of https://.`;
  }
  try {
    await fetch(`${origin}${path}/health/live`, { mode: 'no-cors', signal: AbortSignal.timeout(LOOK_MS) });
  } catch (error) {
    const reason = reasonOf(error);
    return `${url} did not answer${reason ? ` (${reason})` : ''}. Check address and port, the server, its certificate, and the connect-src of the page's Content-Security-Policy.`;
  }
  if (!location) return `${origin} answers, but ${url} does not. Check the path, and whether a proxy before it lets Socket.IO through.`;
  return `${origin} answers, but not to pages of ${location.origin}: add this origin to its setting CORS_ORIGINS. Or a proxy before it does not let Socket.IO through.`;
}
