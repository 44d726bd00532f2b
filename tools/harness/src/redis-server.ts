import type { TlsFiles } from './authority';
import { binary } from './binary';
import { answers } from './ports';
import { PrivateServer, startServer } from './private-server';

/**
 * A private Redis. It keeps nothing on disk: stopped or killed, it starts again empty. With `tls` it speaks nothing else; with `aclFile`
 * it knows the users there, and nobody without a password.
 */
export function startRedis(tls?: TlsFiles, aclFile?: string): Promise<PrivateServer> {
  const own = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...(aclFile ? ['--aclfile', aclFile] : [])];
  return startServer((port) => new PrivateServer({
    name: 'redis',
    url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    command: binary('redis-server'),
    args: [...listen(port, tls), ...own],
    isUp: () => answers(port, Buffer.from('PING\r\n'), Buffer.from(aclFile ? '-NOAUTH' : '+PONG'), Boolean(tls)),
  }));
}

function listen(port: number, tls?: TlsFiles): string[] {
  if (!tls) return ['--port', `${port}`];
  return ['--port', '0', '--tls-port', `${port}`, '--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.ca, '--tls-auth-clients', 'no'];
}
