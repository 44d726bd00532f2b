import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { clientAddress, clientNetwork } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';

const RETRY_SECONDS = 10;

export interface ConnectionLimitOptions {
  /** The most connections of this process at a time, both protocols together. */
  readonly maxConnections: number;
  /** The most connections of one client address at a time; 0 for no limit. */
  readonly maxPerAddress: number;
  /** How many proxies in front are trusted to report the client's address. */
  readonly trustProxy: number;
}

/** A place within the connection limits. It is given back once: when its holder closes, or earlier. */
export class Place {
  private holder?: EventEmitter;
  private isTaken = true;

  constructor(private readonly onGiveBack: () => void) {}

  /** Keeps the place until `holder` emits `close`, and no longer depends on the previous holder. */
  keepFor(holder: EventEmitter): void {
    this.holder?.off('close', this.giveBack);
    this.holder = holder.once('close', this.giveBack);
  }

  readonly giveBack = (): void => {
    this.holder?.off('close', this.giveBack);
    if (this.isTaken) this.onGiveBack();
    this.isTaken = false;
  };
}

/** Limits connections in total and per client address. O(1). Stores an address only while it is connected, and only if there is a limit per address. */
export class ConnectionLimits {
  private total = 0;
  private readonly counts = new Map<string, number>();

  constructor(private readonly options: ConnectionLimitOptions) {}

  /** Reserves a place immediately, so that no other connection can take it while this one is being checked; or returns why there is none. */
  claim(request: IncomingMessage): Place | Refusal {
    const { maxConnections, maxPerAddress, trustProxy } = this.options;
    if (this.total >= maxConnections) return new Refusal('gateway-unavailable', { detail: 'This gateway has reached its connection limit. Reconnect after Retry-After.', retryAfter: RETRY_SECONDS });
    const network = maxPerAddress ? clientNetwork(clientAddress(request, trustProxy)) : undefined;
    if (network !== undefined && (this.counts.get(network) ?? 0) >= maxPerAddress) {
      return new Refusal('rate-limited', { detail: `Limit: ${maxPerAddress} connections per client address.`, retryAfter: RETRY_SECONDS });
    }
    this.add(network, 1);
    return new Place(() => this.add(network, -1));
  }

  private add(network: string | undefined, change: 1 | -1): void {
    this.total += change;
    if (network === undefined) return;
    const count = (this.counts.get(network) ?? 0) + change;
    if (count) this.counts.set(network, count);
    else this.counts.delete(network);
  }
}
