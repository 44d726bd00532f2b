import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { brokerUrls } from './broker-urls';
import { wantsTls } from './database-url';
import { type Settings, serversOf } from './settings';
import { SettingsError } from './settings-error';

const WITHIN_MS = 1_000;

/** The server is unavailable, so its certificate cannot be checked. */
const AWAY = ['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ABORT_ERR'];

/** A PostgreSQL connection starts without TLS. This message requests TLS; the answer is one byte, S for yes. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

type UrlName = 'DATABASE_URL' | 'REDIS_URL' | 'RABBITMQ_URL';
const DEFAULT_PORTS: Record<UrlName, number> = { DATABASE_URL: 5432, REDIS_URL: 6379, RABBITMQ_URL: 5671 };

/**
 * Does a TLS handshake with the servers that a role needs and whose URL requires TLS. Throws `SettingsError`, with a line per server,
 * if one has no TLS or an invalid certificate: waiting would not fix that. An unavailable server is skipped, since a role starts
 * without it; the clients also check each of their connections. Takes at most two seconds.
 */
export async function checkServers(settings: Settings): Promise<void> {
  const urls = serversOf(settings.role).flatMap((name) => urlsIn(settings, name).map((url) => ({ name, url: new URL(url) })));
  const problems = await Promise.all(urls.map(({ name, url }) => problemOf(name, url)));
  const lines = urls.flatMap(({ name }, at) => (problems[at] ? [`${name}: ${problems[at]}`] : []));
  if (lines.length) throw new SettingsError(lines);
}

const urlsIn = (settings: Settings, name: UrlName): readonly string[] => {
  const value = settings[name];
  if (!value) return [];
  return name === 'RABBITMQ_URL' ? brokerUrls(value) : [value];
};

async function problemOf(name: UrlName, url: URL): Promise<string | undefined> {
  const isTls = name === 'DATABASE_URL' ? wantsTls(url) : ['rediss:', 'amqps:'].includes(url.protocol);
  if (!isTls) return undefined;
  const host = (url.searchParams.get('host') ?? url.hostname).replace(/^\[|\]$/g, '');
  const port = Number(url.port) || DEFAULT_PORTS[name];
  try {
    await shakeHands(url, host, port);
    return undefined;
  } catch (error) {
    const { code, reason, message } = error as NodeJS.ErrnoException & { reason?: string };
    const problem = AWAY.includes(code ?? '') ? name === 'REDIS_URL' && (await isPlainRedis(host, port)) && 'the server does not offer TLS' : tidy(message, reason);
    return problem ? `TLS with ${host}:${port} fails: ${problem}` : undefined;
  }
}

async function shakeHands(url: URL, host: string, port: number): Promise<void> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const socket = ignoringLateErrors(connect({ host, port }));
  try {
    await once(socket, 'connect', { signal });
    if (url.protocol.startsWith('postgres')) await askForTls(socket, signal);
    const file = (name: string) => (url.searchParams.has(name) ? readFileSync(url.searchParams.get(name)!) : undefined);
    const own = { ca: file('sslrootcert'), cert: file('sslcert'), key: file('sslkey') };
    const secure = ignoringLateErrors(connectTls({ socket, host, ...(isIP(host) ? {} : { servername: host }), ...own }));
    await once(secure, 'secureConnect', { signal });
    secure.destroy();
  } finally {
    socket.destroy();
  }
}

/** OpenSSL's messages are unreadable except for the reason. */
const tidy = (message: string, reason?: string): string => (message.includes('SSL routines') ? (reason ?? message) : message);

/** A Redis without TLS does not answer a handshake: it waits for the rest of what it takes for a command. */
async function isPlainRedis(host: string, port: number): Promise<boolean> {
  const socket = ignoringLateErrors(connect({ host, port }));
  try {
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(WITHIN_MS) })) as [Buffer];
    return /^[+-]/.test(answer.toString('latin1'));
  } catch {
    return false; // unavailable
  } finally {
    socket.destroy();
  }
}

async function askForTls(socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(SSL_REQUEST);
  const [answer] = (await once(socket, 'data', { signal })) as [Buffer];
  if (answer.toString() !== 'S') throw new Error('the server does not offer TLS');
}

/** Errors during an `await once` reject it; later errors do not matter, since the socket is being closed. */
const ignoringLateErrors = <S extends Socket>(socket: S): S => socket.on('error', () => undefined);
