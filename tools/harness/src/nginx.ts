import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from './authority';
import { projectRoot } from './role-process';
import { temporaryFolder } from './after-exit';

/** The roles behind the load balancer, `host:port` each; the port where it listens, plain without a certificate, and the port of its status page. */
export interface Place extends Readonly<Record<'apis' | 'gateways', readonly string[]> & Record<'port' | 'statusPort', number>> {
  readonly tls?: Pick<TlsFiles, 'cert' | 'key'>;
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
