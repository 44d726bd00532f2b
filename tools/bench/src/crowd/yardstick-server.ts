import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';
import { serve } from '../child';
import { boardOf, PROBE_LEAD } from '../players';
import type { Memory } from './pushers';
import type { Transport } from './raw-client';

/**
 * What the gateway is held against: `io.emit` of plain Socket.IO, or one frame, encoded once, written past `ws` to every TCP
 * socket, which is as little as a push can cost in Node.
 */

const http = createServer();
let score = PROBE_LEAD;

function pushBySocketIo(): () => void {
  const room = new Server(http, { transports: ['websocket'], serveClient: false }).of('/ws/scores');
  room.on('connection', (socket) => socket.emit('scores:top', boardOf(score)));
  return () => room.emit('scores:top', boardOf(score));
}

function pushFrames(): () => void {
  const server = new WebSocketServer({ server: http, path: '/ws/scores', perMessageDeflate: false });
  const text = () => Buffer.from(JSON.stringify({ event: 'scores:top', data: boardOf(score) }));
  server.on('connection', (client) => client.send(text(), { binary: false }));
  return () => {
    const payload = text();
    const head = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 255]);
    const frame = Buffer.concat([head, payload]);
    for (const client of server.clients) (client as WebSocket & { readonly _socket: Socket })._socket.write(frame);
  };
}

const pushBoard = (process.argv[2] as Transport) === 'socket.io' ? pushBySocketIo() : pushFrames();
const jobs = {
  listen: (): Promise<string> =>
    new Promise((resolve) => void http.listen(0, '127.0.0.1', 4_096, () => resolve(`http://127.0.0.1:${(http.address() as AddressInfo).port}`))),
  push(newScore: number): void {
    score = newScore;
    pushBoard();
  },
  memory(): Memory {
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heap: heapUsed + external, resident: rss };
  },
};
export type YardstickJobs = typeof jobs;
serve(jobs);
