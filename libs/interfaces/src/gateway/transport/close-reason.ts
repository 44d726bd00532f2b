/**
 * Why the server closes a connection: a close code (RFC 6455, section 7.4) and a text. A plain WebSocket is closed with them.
 * Socket.IO's protocol has no close reason, so there they are sent as the event `closing` just before the connection closes.
 */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
  /** When to reconnect, if the client may: a random delay, so that not all clients reconnect at once. Sent over Socket.IO only. */
  readonly retryAfterMs?: number;
}

export const TOO_MANY_MESSAGES: CloseReason = { code: 1008, reason: 'too many messages' };
export const UNKNOWN_EVENT: CloseReason = { code: 1008, reason: 'unknown event' };
export const NO_FRAME: CloseReason = { code: 1003, reason: 'malformed frame: expected {"event", "data"} as JSON' };
export const TOO_LONG: CloseReason = { code: 1009, reason: 'message too long: limit 4 KiB, with a token 16 KiB' };

const MAX_RETRY_AFTER_MS = 2_000;
const retryAfterMs = () => Math.round(Math.random() * MAX_RETRY_AFTER_MS);
export const goingAway = (): CloseReason => ({ code: 1001, reason: 'the server is going away', retryAfterMs: retryAfterMs() });
export const tryAgainLater = (reason: string): CloseReason => ({ code: 1013, reason, retryAfterMs: retryAfterMs() });

/** How long a client has to answer a close frame. */
export const CLOSE_MS = 1_000;
