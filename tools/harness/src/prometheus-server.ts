import { join } from 'node:path';
import { binary } from './binary';
import { freePort, statusOf } from './ports';
import { type PrivateServer, startServer } from './private-server';
import { temporaryFolder } from './after-exit';

/** The option with which each exporter gets the address of its server. */
const EXPORTERS = {
  postgres: (target: string) => ({ args: [], env: { DATA_SOURCE_NAME: target } }),
  redis: (target: string) => ({ args: [`--redis.addr=${target}`], env: {} }),
  nginx: (target: string) => ({ args: [`--nginx.scrape-uri=${target}`], env: {} }),
} as const;

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
  const command = `prometheus-${name}-exporter`;
  const { args, env } = EXPORTERS[name](target);
  return serve(command, args, temporaryFolder(command), '/metrics', env);
}

/** `path` answers 200 when it is up. */
async function serve(command: string, args: readonly string[], folder: string, path: string, env: NodeJS.ProcessEnv = {}): Promise<PrivateServer> {
  const attempt = async () => {
    const host = `127.0.0.1:${await freePort()}`;
    return startServer({
      ...{ name: command, url: `http://${host}`, command: binary(command), folder },
      args: [...args, `--web.listen-address=${host}`],
      env: { PATH: process.env.PATH, ...env },
      stopSignal: 'SIGTERM',
      isUp: async () => (await statusOf(`http://${host}${path}`)) === 200,
    });
  };
  // A port that was free may have been taken by another process before the server came to it.
  return attempt().catch(attempt);
}
