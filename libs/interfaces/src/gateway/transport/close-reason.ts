/**
 * Why the server ends a connection: a closing code (RFC 6455, section 7.4) and a text. A plain WebSocket is closed with them;
 * over Socket.IO, whose protocol has no place for a reason, they come as the event `closing` just before the end.
 */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
  /** When to come again, for one that may: a random moment, so that not all come at once. Told over Socket.IO only. */
  readonly retryAfterMs?: number;
}

export const TOO_MANY_MESSAGES: CloseReason = { code: 1008, reason: 'too many messages' };
export const UNKNOWN_EVENT: CloseReason = { code: 1008, reason: 'unknown event' };
export const NO_FRAME: CloseReason = { code: 1003, reason: 'frames are {"event", "data"} in JSON' };
export const TOO_LONG: CloseReason = { code: 1009, reason: 'messages have 4 KiB at most, those with a token 16 KiB' };

const MAX_RETRY_AFTER_MS = 2_000;
const retryAfterMs = () => Math.round(Math.random() * MAX_RETRY_AFTER_MS);
export const goingAway = (): CloseReason => ({ code: 1001, reason: 'the server is going away', retryAfterMs: retryAfterMs() });
export const tryAgainLater = (reason: string): CloseReason => ({ code: 1013, reason, retryAfterMs: retryAfterMs() });

/** How long a client has to answer a closing frame. */
export const CLOSE_MS = 1_000;
