import { isIP } from 'node:net';
import type { RedisClientOptions } from 'redis';

const FIRST_RETRY_MS = 50;
/** With the half second until the board is read again, still less than the time that a client's handshake waits for a board. */
const LONGEST_RETRY_MS = 400;

/**
 * The options of every Redis connection. The client reconnects forever, and refuses a command at once while it is disconnected
 * instead of queueing it. `CLIENT LIST` shows `name`. A `rediss://` server is verified: its certificate must come from a known
 * authority and name the URL's host.
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
    reconnectStrategy: (retries) => Math.min(FIRST_RETRY_MS * 2 ** retries, LONGEST_RETRY_MS),
  },
});

/** For servers that choose their certificate or backend by server name (SNI). */
const serverName = ({ protocol, hostname }: URL) => (protocol === 'rediss:' && !isIP(hostname.replace(/^\[|\]$/g, '')) ? { tls: true as const, servername: hostname } : {});
