import type { Identity } from '@scoreboard/domain';

export type Transport = 'socket.io' | 'websocket';

/** What subscribers are shown, under the name of its event. */
export interface State {
  readonly event: string;
  readonly data: unknown;
}

/** One connection that watches the leaderboard, whatever carries it. */
export interface Subscriber {
  readonly data: SubscriberData;
}

export interface SubscriberData {
  readonly transport: Transport;
  /** Who it is now; absent for one that only watches. Changes while it is connected, and `Subscriptions` alone changes it. */
  identity?: Identity;
  /** Whether it came with a token that had expired, so that it is to be told that it has no identity. */
  readonly hasExpired: boolean;
  /** The newest board it had before, over another connection; 0 where it had none. Nothing older may be sent to it. */
  readonly revision: number;
  /**
   * Puts a state on its way. False, and nothing is sent, while so much is on its way already that more would only queue up.
   * One object that goes to many subscribers is encoded once for all of a transport; to a connection that is over, sending is harmless. O(1).
   */
  send(state: State): boolean;
  /** Ends the connection for a reason that passes: in the way after which a stock client connects again by itself. */
  closeForNow(reason: string): void;
}
