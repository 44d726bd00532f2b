import type { ConnectionState } from '@scoreboard/client';
import { find } from './find';

const WORDS: Readonly<Record<ConnectionState, string>> = { live: 'Live', reconnecting: 'Reconnecting…', offline: 'Offline' };

/** Says whether the board is live. Until the first connection has come about, or a try has failed, there is nothing to come back to. */
export class ConnectionStatus {
  private readonly element = find('[role=status]');
  private isFirst = true;

  show(state: ConnectionState): void {
    if (state === 'live') this.isFirst = false;
    const isConnecting = this.isFirst && state === 'reconnecting';
    this.element.textContent = isConnecting ? 'Connecting…' : WORDS[state];
    this.element.dataset.state = isConnecting ? 'connecting' : state;
  }

  /** A try to connect failed while the connection is in this state. */
  failed(state: ConnectionState): void {
    this.isFirst = false;
    this.show(state);
  }
}
