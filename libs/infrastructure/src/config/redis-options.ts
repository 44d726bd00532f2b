import { isIP } from 'node:net';
import type { RedisClientOptions } from 'redis';

const FIRST_RETRY_MS = 50;
/** With the half second after which the board is read again, less than a client's handshake waits for it. */
const LONGEST_RETRY_MS = 400;

/**
 * The options every Redis connection of ours has: it comes back by itself for ever, and a command given while it is
 * away is refused at once, never kept for later. `name` is shown by `CLIENT LIST`. A `rediss://` server is checked: its
 * certificate must be of a known authority and name the URL's host.
 */
export const redisOptions = (url: string, name: string): RedisClientOptions => ({
  url,
  name,
  disableOfflineQueue: true,
  commandsQueueMaxLength: 50_000,
  disableClientInfo: true,
  maintNotifications: 'disabled',
  socket: {
    ...serverName(new URL(url)),
    connectTimeout: 1_000,
    // Ends a handshake that is never answered; once connected, pings keep the socket from being this idle.
    socketTimeout: 2_000,
    reconnectStrategy: (retries) => Math.min(FIRST_RETRY_MS * 2 ** retries, LONGEST_RETRY_MS),
  },
});

/** For servers that choose their certificate, or who answers, by the name they are called. */
const serverName = ({ protocol, hostname }: URL) => (protocol === 'rediss:' && !isIP(hostname.replace(/^\[|\]$/g, '')) ? { tls: true as const, servername: hostname } : {});
