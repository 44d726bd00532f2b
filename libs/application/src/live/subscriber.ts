import type { Identity } from '@scoreboard/domain';

/** How a client is connected. */
export type Transport = 'socket.io' | 'websocket';

/** A message for subscribers: an event name and its data. */
export interface State {
  readonly event: string;
  readonly data: unknown;
}

/** One client connection, over any transport. */
export interface Subscriber {
  readonly handle: SubscriberHandle;
}

/** A connected client, as `Subscriptions` knows it. */
export interface SubscriberHandle {
  readonly transport: Transport;
  /** The current identity; absent for an anonymous client. May change while connected; only `Subscriptions` changes it. */
  identity?: Identity;
  /** Whether it connected with an expired token and must be notified that it is anonymous. */
  readonly hasExpired: boolean;
  /** The revision of the newest board that the client received on an earlier connection; 0 if none. Older boards must not be sent. */
  readonly revision: number;
  /**
   * Sends a state. Returns false and sends nothing while the send buffer is full. An object that is sent to many subscribers is
   * encoded once per transport. Sending on a closed connection does nothing. O(1).
   */
  send(state: State): boolean;
  /** Closes the connection for a temporary reason, in a way that makes stock clients reconnect automatically. */
  closeForNow(reason: string): void;
}
