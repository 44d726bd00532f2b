import { WebSocket } from 'ws';
import type { RawAnswer } from './raw-http';
import type { SocketRow } from './socket-rows';

export interface SocketEnd {
  /** The answer to a refused handshake. */
  readonly refused?: RawAnswer;
  readonly code?: number;
  /** The messages of the server after the socket opened, in order. */
  readonly said: readonly string[];
}

const PATIENCE_MS = 15_000;

/** Opens a WebSocket, sends, and resolves when the SERVER has refused or closed it. Rejects if it has not within 15 s. */
export function play(url: string, { path = '', headers, send = [], thenSend = [] }: SocketRow): Promise<SocketEnd> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers });
    const impatience = setTimeout(() => {
      reject(new Error(`still open after ${PATIENCE_MS} ms; it said ${said.join(' ')}`));
      socket.terminate();
    }, PATIENCE_MS);
    const end = (how: Omit<SocketEnd, 'said'>) => {
      clearTimeout(impatience);
      resolve({ ...how, said });
    };
    socket.on('open', () => send.forEach((frame) => socket.send(frame)));
    socket.on('message', (data) => {
      const isBoard = String(data).includes('"scores:top"');
      if (isBoard && !said.some((text) => text.includes('"scores:top"'))) thenSend.forEach((frame) => socket.send(frame));
      said.push(String(data));
    });
    socket.on('unexpected-response', (_request, response) => {
      void response.toArray().then((chunks: Buffer[]) => {
        end({ refused: { status: response.statusCode!, headers: response.headers as RawAnswer['headers'], body: Buffer.concat(chunks).toString() } });
      });
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', (code) => end({ code }));
  });
}
