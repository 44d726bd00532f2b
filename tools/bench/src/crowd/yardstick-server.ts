import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Transport } from '../raw-client';
import { boardOf, PROBE_LEAD } from './board';
import { ownMemory } from './memory';

/**
 * What the gateway is held against: `io.emit` of plain Socket.IO, or one frame, encoded once, written past `ws` to every TCP
 * socket, which is as little as a push can cost in Node. Sends its URL to the parent process, pushes the board of each score
 * that it is sent, tells its memory where it is sent none, and ends with it.
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

const push = (process.argv[2] as Transport) === 'socket.io' ? pushBySocketIo() : pushFrames();
process.on('message', (order: { readonly score?: number }) => {
  if (!order.score) return process.send!(ownMemory());
  score = order.score;
  push();
});
process.on('disconnect', () => process.exit());
http.listen(0, '127.0.0.1', 4_096, () => process.send!(`http://127.0.0.1:${(http.address() as AddressInfo).port}`));
