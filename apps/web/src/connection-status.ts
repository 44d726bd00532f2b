import type { ConnectionState } from '@scoreboard/client';

/** Shows the connection state. Shows `connecting` until the first connection succeeds or an attempt fails. */
export class ConnectionStatus {
  private isFirst = true;

  constructor(
    private readonly element: HTMLElement,
    private readonly words: Readonly<Record<ConnectionState | 'connecting', string>>,
  ) {}

  show(state: ConnectionState): void {
    if (state === 'live') this.isFirst = false;
    const isConnecting = this.isFirst && state === 'reconnecting';
    this.element.textContent = this.words[isConnecting ? 'connecting' : state];
    this.element.dataset.state = isConnecting ? 'connecting' : state;
  }

  /** Call when an attempt to connect fails, with the current state. */
  failed(state: ConnectionState): void {
    this.isFirst = false;
    this.show(state);
  }
}
