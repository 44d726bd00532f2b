import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { clientNetwork } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';
import { clientAddress } from './client-address';

const RETRY_SECONDS = 10;

export interface AddressLimitOptions {
  /** Connections of one client address at a time, in this process and over both protocols together; 0 for no limit. */
  readonly maxPerAddress: number;
  /** How many proxies in front are believed about the client's address. */
  readonly trustProxy: number;
}

/** Bounds the connections of one client address. O(1); holds addresses only while they are connected, and none where there is no limit. */
export class AddressLimit {
  private readonly counts = new Map<string, number>();

  constructor(private readonly options: AddressLimitOptions) {}

  /** Says no to one connection too many. */
  check(request: IncomingMessage): Refusal | undefined {
    const { maxPerAddress, trustProxy } = this.options;
    if (!maxPerAddress || (this.counts.get(clientNetwork(clientAddress(request, trustProxy))) ?? 0) < maxPerAddress) return undefined;
    return new Refusal('rate-limited', { detail: 'This address has as many connections as it may have.', retryAfter: RETRY_SECONDS });
  }

  /** Counts a connection until it emits `close`. */
  count(request: IncomingMessage, connection: Pick<EventEmitter, 'once'>): void {
    if (!this.options.maxPerAddress) return;
    const network = clientNetwork(clientAddress(request, this.options.trustProxy));
    this.add(network, 1);
    connection.once('close', () => this.add(network, -1));
  }

  private add(network: string, change: number): void {
    const count = (this.counts.get(network) ?? 0) + change;
    if (count) this.counts.set(network, count);
    else this.counts.delete(network);
  }
}
