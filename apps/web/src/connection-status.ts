import type { ConnectionState } from '@scoreboard/client';

const WORDS: Readonly<Record<ConnectionState, string>> = { live: 'Live', reconnecting: 'Reconnecting…', offline: 'Offline' };

/** Shows the connection state. Shows `Connecting…` until the first connection succeeds or an attempt fails. */
export class ConnectionStatus {
  private isFirst = true;

  constructor(private readonly element: HTMLElement) {}

  show(state: ConnectionState): void {
    if (state === 'live') this.isFirst = false;
    const isConnecting = this.isFirst && state === 'reconnecting';
    this.element.textContent = isConnecting ? 'Connecting…' : WORDS[state];
    this.element.dataset.state = isConnecting ? 'connecting' : state;
  }

  /** Call when an attempt to connect fails, with the current state. */
  failed(state: ConnectionState): void {
    this.isFirst = false;
    this.show(state);
  }
}
