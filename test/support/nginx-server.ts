import { readFileSync } from 'node:fs';
import { binary, freePort, layOut, nginxArgs, type Place, PrivateServer, startServer, statusOf, type TlsFiles } from '@scoreboard/harness';

/**
 * The shipped load balancer, `deploy/nginx`, in front of these roles, on a free loopback port, plain without a certificate; its status page is
 * at `status`, on another port.
 */
export function startNginx(upstreams: Pick<Place, 'apis' | 'gateways'>, tls?: TlsFiles): Promise<PrivateServer & { readonly status: string }> {
  return startServer(async (port) => {
    const statusPort = await freePort();
    const folder = layOut({ ...upstreams, port, statusPort, tls });
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    const isUp = async () => (await statusOf(`${url}/metrics`, tls && readFileSync(tls.ca))) > 0;
    const server = new PrivateServer({ name: 'nginx', url, command: binary('nginx'), args: nginxArgs(folder), folder, stopSignal: 'SIGQUIT', isUp });
    return Object.assign(server, { status: `http://127.0.0.1:${statusPort}/status` });
  });
}
