/** Clients send only short requests. */
export const MAX_MESSAGE_BYTES = 4 * 1024;
/** For messages with a token, which has at most 8 KiB. The limit is higher so that a longer token is still refused with its reason. */
export const MAX_TOKEN_MESSAGE_BYTES = 16 * 1024;

/**
 * The message limit of one connection, for messages, pings, pongs and transport packets together. Far above what a client
 * sends after being offline for a while, far below what would slow down other clients.
 */
export const FLOOD = { burst: 300, perSecond: 100 } as const;
