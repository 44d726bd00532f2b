import { binary, PrivateServer, type ServerRecipe, startServer, statusOf } from '@scoreboard/harness';

/** The variable with which each exporter gets the address of its server. */
const TARGETS = { postgres: 'DATA_SOURCE_NAME', redis: 'REDIS_ADDR', nginx: 'SCRAPE_URI' } as const;

/** A Prometheus that scrapes and judges by `prometheus.yml` in this folder. */
export const startPrometheus = (folder: string): Promise<PrivateServer> =>
  serve('prometheus', '/-/ready', ['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--log.level=warn'], { folder });

/** An Alertmanager of its own, with this configuration. */
export const startAlertmanager = (file: string): Promise<PrivateServer> =>
  serve('prometheus-alertmanager', '/-/ready', [`--config.file=${file}`, '--storage.path=data', '--cluster.listen-address=', '--log.level=warn']);

/** Tells Prometheus how a server is: `target` is the server's URL, for nginx that of its status. */
export const startExporter = (name: keyof typeof TARGETS, target: string): Promise<PrivateServer> =>
  serve(`prometheus-${name}-exporter`, '/metrics', [], { env: { PATH: process.env.PATH, [TARGETS[name]]: target } });

/** `path` answers 200 when it is up. */
function serve(command: string, path: string, args: readonly string[], more: Pick<ServerRecipe, 'folder' | 'env'> = {}): Promise<PrivateServer> {
  return startServer((port) => new PrivateServer({
    ...{ name: command, url: `http://127.0.0.1:${port}`, command: binary(command), ...more },
    args: [...args, `--web.listen-address=127.0.0.1:${port}`],
    isUp: async () => (await statusOf(`http://127.0.0.1:${port}${path}`)) === 200,
  }));
}
