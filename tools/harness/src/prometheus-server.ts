import { join } from 'node:path';
import { findBinary, lacks } from './binary';
import { freePort, statusOf } from './ports';
import { type PrivateServer, startServer } from './private-server';
import { temporaryFolder } from './temporary-folder';

/** Who asks each server how it is: Debian's command, and how it is told where the server is. */
const EXPORTERS = {
  postgres: { command: 'prometheus-postgres-exporter', args: () => [], env: (target: string) => ({ DATA_SOURCE_NAME: target }) },
  redis: { command: 'prometheus-redis-exporter', args: (target: string) => [`--redis.addr=${target}`], env: () => ({}) },
  nginx: { command: 'prometheus-nginx-exporter', args: (target: string) => [`--nginx.scrape-uri=${target}`], env: () => ({}) },
} as const;

/** The Debian packages that have Prometheus, Alertmanager, their tools and the exporters; each has a command of its name. */
export const PROMETHEUS_PACKAGES = ['prometheus', 'prometheus-alertmanager', ...Object.values(EXPORTERS).map(({ command }) => command)];

export const findPromtool = () => findBinary('promtool');

export const findAmtool = () => findBinary('amtool');

/** Prometheus, where all that comes with those packages is there as well. */
export const findPrometheus = () =>
  [...PROMETHEUS_PACKAGES, 'promtool', 'amtool'].every((name) => findBinary(name)) ? findBinary('prometheus') : undefined;

/** A Prometheus that scrapes and judges by `prometheus.yml` in this folder. */
export async function startPrometheus(folder: string): Promise<PrivateServer> {
  const args = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, '--log.level=warn'];
  return serve('prometheus', args, folder, '/-/ready');
}

/** An Alertmanager of its own, with this configuration. */
export async function startAlertmanager(file: string): Promise<PrivateServer> {
  const folder = temporaryFolder('alertmanager');
  const args = [`--config.file=${file}`, `--storage.path=${join(folder, 'data')}`, '--cluster.listen-address=', '--log.level=warn'];
  return serve('prometheus-alertmanager', args, folder, '/-/ready');
}

/** Tells Prometheus how a server is: `target` is the server's URL, for nginx that of its status. */
export async function startExporter(name: keyof typeof EXPORTERS, target: string): Promise<PrivateServer> {
  const { command, args, env } = EXPORTERS[name];
  return serve(command, args(target), temporaryFolder(command), '/metrics', env(target));
}

/** `path` answers 200 when it is up. */
async function serve(command: string, args: readonly string[], folder: string, path: string, env: NodeJS.ProcessEnv = {}): Promise<PrivateServer> {
  const attempt = async () => {
    const host = `127.0.0.1:${await freePort()}`;
    return startServer({
      ...{ name: command, url: `http://${host}`, command: findBinary(command) ?? lacks(command), folder },
      args: [...args, `--web.listen-address=${host}`],
      env: { PATH: process.env.PATH, ...env },
      stopSignal: 'SIGTERM',
      isUp: async () => (await statusOf(`http://${host}${path}`)) === 200,
    });
  };
  // A port that was free may have been taken by another process before the server came to it.
  return attempt().catch(attempt);
}
