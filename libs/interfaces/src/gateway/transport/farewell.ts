/**
 * Why the server ends a connection: a closing code (RFC 6455, section 7.4) and a text. A plain WebSocket is closed with them;
 * over Socket.IO, whose protocol has no place for a reason, they come as the event `closing` just before the end.
 */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
  /** When to come again, for one that may: a random moment, so that not all come at once. Told over Socket.IO only. */
  readonly retryAfterMs?: number;
}

export const TOO_MANY_MESSAGES: Farewell = { code: 1008, reason: 'too many messages' };
export const UNKNOWN_EVENT: Farewell = { code: 1008, reason: 'unknown event' };
export const NO_FRAME: Farewell = { code: 1003, reason: 'frames are {"event", "data"} in JSON' };
export const TOO_LONG: Farewell = { code: 1009, reason: 'messages have 4 KiB at most, those with a token 16 KiB' };

const MAX_RETRY_AFTER_MS = 2_000;
const retryAfterMs = () => Math.round(Math.random() * MAX_RETRY_AFTER_MS);
export const goingAway = (): Farewell => ({ code: 1001, reason: 'the server is going away', retryAfterMs: retryAfterMs() });
export const tryAgainLater = (reason: string): Farewell => ({ code: 1013, reason, retryAfterMs: retryAfterMs() });

/** How long a client has to answer a closing frame. */
export const CLOSE_MS = 1_000;
