import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getTls } from 'node:https';
import { connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';

const ANSWER_WITHIN_MS = 2_000;

/**
 * A TCP port of the loopback address that nobody listens on now. It lies below the range that systems hand out for
 * outgoing connections, so a server that is away for a while finds it free again.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(10_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(() => true, () => false);
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
  throw new Error('no free port between 10000 and 32000 in 100 tries');
}

/**
 * Whether the server on this loopback port answers `hello` with bytes that hold `answer`: a server listens before it is ready
 * to serve, so an open port proves little. With `isTls` both are sent inside TLS.
 */
export function answers(port: number, hello: Buffer, answer: Buffer, isTls = false): Promise<boolean> {
  return new Promise((resolve) => {
    const address = { port, host: '127.0.0.1', timeout: ANSWER_WITHIN_MS };
    const socket = isTls ? connectTls({ ...address, rejectUnauthorized: false }) : connect(address);
    const settle = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.on(isTls ? 'secureConnect' : 'connect', () => socket.write(hello));
    socket.on('data', (data) => settle(data.includes(answer)));
    for (const end of ['timeout', 'error', 'close']) socket.on(end, () => settle(false));
  });
}

/** The status of an answer over HTTP, or HTTPS where the URL says so, with the certificate in PEM of the authority; 0 where nobody answers. */
export async function statusOf(url: string, ca?: string | Buffer): Promise<number> {
  try {
    const request = (url.startsWith('https:') ? getTls : getPlain)(url, { ca, agent: false, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response.resume().statusCode ?? 0;
  } catch {
    return 0;
  }
}
