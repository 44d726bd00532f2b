/** Clients have nothing to send but short requests. */
export const MAX_MESSAGE_BYTES = 4 * 1024;
/** And a token, which may have 8 KiB: what is somewhat longer still reaches the one that can say so. */
export const MAX_TOKEN_MESSAGE_BYTES = 16 * 1024;

/**
 * What one connection may send before it is a flood: messages, pings, pongs and packets of the transport alike. Far above
 * what a client sends that was offline for a while, far below what would cost other clients time.
 */
export const FLOOD = { burst: 300, perSecond: 100 } as const;
