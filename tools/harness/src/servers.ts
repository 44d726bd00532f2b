import type { TlsFiles } from './authority';
import { installPackages } from './binary';
import { findInitdb, startPostgres } from './postgres-server';
import type { PrivateServer } from './private-server';
import { findRabbitmq, type RabbitmqServer, startRabbitmq } from './rabbitmq-server';
import { findRedis, startRedis } from './redis-server';

export type ServerName = 'postgres' | 'redis' | 'rabbitmq';
export type ServerUrls = Readonly<Partial<Record<ServerName, string>>>;

const find = { postgres: findInitdb, redis: findRedis, rabbitmq: findRabbitmq };
const start: Record<ServerName, (tls?: TlsFiles) => Promise<PrivateServer>> = { postgres: startPostgres, redis: startRedis, rabbitmq: startRabbitmq };
const packages = { postgres: 'postgresql', redis: 'redis-server', rabbitmq: 'rabbitmq-server' };

interface Started {
  readonly postgres: PrivateServer;
  readonly redis: PrivateServer;
  readonly rabbitmq: RabbitmqServer;
}

/** With those that were started here. */
export interface Servers extends Partial<Started> {
  /** Where each server is, started here or given. */
  readonly urls: ServerUrls;
  /** Why a wanted server cannot be had; say it loudly. */
  readonly missing: Readonly<Partial<Record<ServerName, string>>>;
  /** Stops those that were started here. */
  stop(): Promise<void>;
}

/** The servers that the environment names. */
export const serversOf = (environment: NodeJS.ProcessEnv): ServerUrls => ({
  postgres: environment.DATABASE_URL || undefined,
  redis: environment.REDIS_URL || undefined,
  rabbitmq: environment.RABBITMQ_URL || undefined,
});

/**
 * Starts the wanted servers side by side, installing what the machine lacks; one that is `given` is used instead.
 * Never throws for a server that cannot be had: `missing` says why. With `tls` they speak nothing else.
 */
export async function startServers(
  wanted: Readonly<Partial<Record<ServerName, boolean>>> = { postgres: true, redis: true, rabbitmq: true },
  given: ServerUrls = serversOf(process.env),
  tls?: TlsFiles,
): Promise<Servers> {
  const names = (Object.keys(start) as ServerName[]).filter((name) => wanted[name] && !given[name]);
  const missing: Partial<Record<ServerName, string>> = {};
  const absent = names.filter((name) => !find[name]());
  if (absent.length) {
    await installPackages(absent.map((name) => packages[name])).catch((error: Error) => {
      absent.filter((name) => !find[name]()).forEach((name) => (missing[name] = error.message));
    });
  }
  const started: Partial<Started> = {};
  const run = async (name: ServerName) => {
    try {
      // A port that was free may have been taken by another process before the server came to it.
      Object.assign(started, { [name]: await start[name](tls).catch(() => start[name](tls)) });
    } catch (error) {
      missing[name] = (error as Error).message;
    }
  };
  await Promise.all(names.filter((name) => !missing[name]).map(run));
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
