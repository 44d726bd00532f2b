import type { GatewayOptions } from '../channels/gateway-options';

/** A client with more unsent bytes than this is disconnected: a few hundred boards. */
export const MAX_BUFFERED_BYTES = 256 * 1024;

export interface SocketsOptions extends GatewayOptions {
  /** Origins whose pages may connect, besides the application's own. */
  readonly corsOrigins: readonly string[];
  /** How many proxies in front are trusted to report the client's address. */
  readonly trustProxy: number;
  /** The most connections of this process. */
  readonly maxConnections: number;
  /** The most connections of one client address; 0 for no limit. */
  readonly maxPerAddress: number;
}

export const SOCKETS_OPTIONS = Symbol('options of the sockets');
