import type { TlsFiles } from './authority';
import { haveTools } from './binary';
import { startPostgres } from './postgres-server';
import type { PrivateServer } from './private-server';
import { type RabbitmqServer, startRabbitmq } from './rabbitmq-server';
import { startRedis } from './redis-server';

type Started = Readonly<{ postgres: PrivateServer; redis: PrivateServer; rabbitmq: RabbitmqServer }>;
export type ServerName = keyof Started;
type ServerUrls = Readonly<Partial<Record<ServerName, string>>>;

const START: { readonly [Name in ServerName]: (tls?: TlsFiles) => Promise<Started[Name]> } = {
  postgres: startPostgres,
  redis: startRedis,
  rabbitmq: (tls) => startRabbitmq({ tls }),
};

/** With those that were started here. */
export interface Servers extends Partial<Started> {
  /** Where each server is, started here or given. */
  readonly urls: ServerUrls;
  /** Why a wanted server cannot be had; say it loudly. */
  readonly missing: Readonly<Partial<Record<ServerName, string>>>;
  /** Stops those that were started here. */
  stop(): Promise<void>;
}

/**
 * Starts the wanted servers side by side, installing what the machine lacks; one that is `given` is used instead.
 * Never throws for a server that cannot be had: `missing` says why. With `tls` they speak nothing else.
 */
export async function startServers(
  wanted: Readonly<Partial<Record<ServerName, boolean>>> = { postgres: true, redis: true, rabbitmq: true },
  given: ServerUrls = {},
  tls?: TlsFiles,
): Promise<Servers> {
  const names = (Object.keys(START) as ServerName[]).filter((name) => wanted[name] && !given[name]);
  const missing = await haveTools(...names);
  const started: Partial<Started> = {};
  const start = async (name: ServerName) => Object.assign(started, { [name]: await START[name](tls) });
  const tryToStart = (name: ServerName) => start(name).catch((error: Error) => void (missing[name] = error.message));
  await Promise.all(names.filter((name) => !missing[name]).map(tryToStart));
  const urls = Object.fromEntries(Object.entries(started).map(([name, server]) => [name, server.url]));
  const stop = async () => void (await Promise.all(Object.values(started).map((server) => server.stop())));
  return { ...started, urls: { ...given, ...urls }, missing, stop };
}

/** Starts these servers anew, whatever the environment names; throws where one cannot be had. */
export async function startOwnServers<Name extends ServerName>(...names: readonly Name[]): Promise<Pick<Started, Name> & Pick<Servers, 'stop'>> {
  const servers = await startServers(Object.fromEntries(names.map((name) => [name, true])), {});
  const reasons = Object.values(servers.missing);
  if (reasons.length) throw new Error(reasons.join('; '));
  return servers as Servers & Started;
}
