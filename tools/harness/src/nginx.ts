import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from './authority';
import { binary } from './binary';
import { freePort, statusOf } from './ports';
import { PrivateServer, startServer } from './private-server';
import { projectRoot } from './role-process';
import { temporaryFolder } from './after-exit';

/** The roles behind the load balancer, `host:port` each; the port where it listens, plain without a certificate, and the port of its status page. */
export interface Place {
  readonly apis: readonly string[];
  readonly gateways: readonly string[];
  readonly port: number;
  readonly statusPort: number;
  readonly tls?: Pick<TlsFiles, 'cert' | 'key'>;
}

/**
 * The shipped load balancer, `deploy/nginx`, in front of these roles, on a free loopback port, plain without a certificate; its status page is
 * `/status` on another port.
 */
export function startNginx(upstreams: Pick<Place, 'apis' | 'gateways'>, tls?: TlsFiles, statusPort?: number): Promise<PrivateServer> {
  return startServer(async (port) => {
    const folder = layOut({ ...upstreams, port, statusPort: statusPort ?? (await freePort()), tls });
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    const isUp = async () => (await statusOf(`${url}/metrics`, tls && readFileSync(tls.ca))) > 0;
    return new PrivateServer({ name: 'nginx', url, command: binary('nginx'), args: nginxArgs(folder), folder, stopSignal: 'SIGQUIT', isUp });
  });
}

/** What the compose file starts it with as well. */
export const nginxArgs = (folder: string): string[] => ['-p', `${folder}/`, '-c', join(folder, 'conf/nginx.conf'), '-g', 'daemon off;'];

/** A new folder with the shipped configuration of `project` and a `place.conf` for this machine. */
export function layOut(place: Place, project = projectRoot()): string {
  const folder = temporaryFolder('nginx');
  mkdirSync(join(folder, 'conf'));
  for (const file of ['nginx.conf', 'routes.conf']) copyFileSync(join(project, 'deploy/nginx', file), join(folder, 'conf', file));
  writeFileSync(join(folder, 'conf/place.conf'), placeConf(place));
  return folder;
}

function placeConf({ apis, gateways, port, statusPort, tls }: Place): string {
  const upstream = (name: string, servers: readonly string[], before = '', after = '') =>
    `upstream ${name} { ${before} ${servers.map((server) => `server ${server} max_fails=0;`).join(' ')} ${after} }\n`;
  return [
    upstream('api', apis, '', 'keepalive 64;'),
    upstream('api_fresh', apis),
    upstream('gateway_spread', gateways, 'least_conn;'),
    upstream('gateway_by_address', gateways, 'hash $remote_addr consistent;'),
    `server { listen 127.0.0.1:${port}${tls ? ` ssl; ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key}` : ''}; include routes.conf; }\n`,
    `server { listen 127.0.0.1:${statusPort}; location = /status { stub_status; } }\n`,
  ].join('');
}
