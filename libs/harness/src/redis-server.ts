import { findBinary } from './binary';
import { freePort } from './free-port';
import { answers } from './greeting';
import { PrivateServer } from './private-server';
import { temporaryFolder } from './temporary-folder';

export const findRedis = () => findBinary('redis-server');

/** A private Redis. It keeps nothing on disk: stopped or killed, it starts again empty. */
export async function startRedis(): Promise<PrivateServer> {
  const command = findRedis();
  if (!command) throw new Error('there is no redis-server');
  const port = await freePort();
  const folder = temporaryFolder('redis');
  const server = new PrivateServer({
    name: 'Redis',
    url: `redis://127.0.0.1:${port}`,
    command,
    args: ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    folder,
    stopSignal: 'SIGTERM',
    isUp: () => answers(port, Buffer.from('PING\r\n'), Buffer.from('+PONG')),
  });
  await server.start();
  return server;
}
