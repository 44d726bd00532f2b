import { connect } from 'node:net';

const ANSWER_WITHIN_MS = 2_000;

/**
 * Whether the server on this loopback port answers `hello` with bytes that begin with `answer`: a server listens before
 * it is ready to serve, so an open port proves little.
 */
export function answers(port: number, hello: Buffer, answer: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_WITHIN_MS });
    const settle = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.on('connect', () => socket.write(hello));
    socket.on('data', (data) => settle(data.subarray(0, answer.length).equals(answer)));
    socket.on('timeout', () => settle(false));
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
  });
}
