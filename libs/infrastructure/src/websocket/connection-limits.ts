import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { clientNetwork } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { clientAddress } from './client-address';
import type { Why } from './refuse';

const RETRY_SECONDS = 10;

export interface ConnectionLimitOptions {
  /** Connections at a time in this process, over both protocols together. */
  readonly maxConnections: number;
  /** The same of one client address; 0 for no limit. */
  readonly maxPerAddress: number;
  /** How many proxies in front are believed about the client's address. */
  readonly trustProxy: number;
}

/** Bounds connections, all of them and those of one client address. O(1); holds addresses only while they are connected, and none where there is no limit. */
export class ConnectionLimits {
  private total = 0;
  private readonly counts = new Map<string, number>();

  constructor(private readonly options: ConnectionLimitOptions) {}

  /** Says no to one connection too many. */
  check(request: IncomingMessage): Why | undefined {
    const { maxConnections, maxPerAddress, trustProxy } = this.options;
    if (this.total >= maxConnections) return 503;
    if (!maxPerAddress || (this.counts.get(clientNetwork(clientAddress(request, trustProxy))) ?? 0) < maxPerAddress) return undefined;
    return new Refusal('rate-limited', { detail: 'This address has as many connections as it may have.', retryAfter: RETRY_SECONDS });
  }

  /** Counts a connection until it emits `close`. */
  count(request: IncomingMessage, connection: Pick<EventEmitter, 'once'>): void {
    const { maxPerAddress, trustProxy } = this.options;
    const network = maxPerAddress ? clientNetwork(clientAddress(request, trustProxy)) : undefined;
    this.add(network, 1);
    connection.once('close', () => this.add(network, -1));
  }

  private add(network: string | undefined, change: 1 | -1): void {
    this.total += change;
    if (network === undefined) return;
    const count = (this.counts.get(network) ?? 0) + change;
    if (count) this.counts.set(network, count);
    else this.counts.delete(network);
  }
}
