import { readFileSync } from 'node:fs';
import { binary, freePort, layOut, nginxArgs, type Place, PrivateServer, startServer, statusOf, type TlsFiles } from '@scoreboard/harness';

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
