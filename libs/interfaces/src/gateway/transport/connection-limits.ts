import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { clientAddress, clientNetwork } from '@scoreboard/application';
import { Refusal } from '@scoreboard/domain';

const RETRY_SECONDS = 10;

export interface ConnectionLimitOptions {
  /** Connections at a time in this process, over both protocols together. */
  readonly maxConnections: number;
  /** The same of one client address; 0 for no limit. */
  readonly maxPerAddress: number;
  /** How many proxies in front are believed about the client's address. */
  readonly trustProxy: number;
}

/** What a connection takes up. It is given back once: when its holder closes, or before. */
export class Place {
  private holder?: EventEmitter;
  private isTaken = true;

  constructor(private readonly onGiveBack: () => void) {}

  /** Keeps the place until `holder` emits `close`, whatever becomes of the holder before. */
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

/** Bounds connections, all of them and those of one client address. O(1); holds addresses only while they are connected, and none where there is no limit. */
export class ConnectionLimits {
  private total = 0;
  private readonly counts = new Map<string, number>();

  constructor(private readonly options: ConnectionLimitOptions) {}

  /** Takes a place at once, so that no other can take it while this connection is still looked at; or says why there is none. */
  claim(request: IncomingMessage): Place | Refusal {
    const { maxConnections, maxPerAddress, trustProxy } = this.options;
    if (this.total >= maxConnections) return new Refusal('gateway-unavailable', { detail: 'It has as many connections as it may have.', retryAfter: RETRY_SECONDS });
    const network = maxPerAddress ? clientNetwork(clientAddress(request, trustProxy)) : undefined;
    if (network !== undefined && (this.counts.get(network) ?? 0) >= maxPerAddress) {
      return new Refusal('rate-limited', { detail: 'This address has as many connections as it may have.', retryAfter: RETRY_SECONDS });
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
