import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { TlsFiles } from '@scoreboard/harness';

/** A server that offers the given certificate and records what clients send after the handshake. */
export interface Deceiver {
  readonly port: number;
  /** What clients sent inside TLS. */
  readonly told: Buffer[];
  /** When each client connected, in ms. */
  readonly came: number[];
  close(): void;
}

export async function startDeceiver(isPostgres: boolean, { cert, key }: TlsFiles, port = 0): Promise<Deceiver> {
  const secureContext = createSecureContext({ cert: readFileSync(cert), key: readFileSync(key) });
  const shakeHands = (socket: Socket) => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.on('data', (data) => deceiver.told.push(data));
    secure.on('error', () => undefined); // clients are expected to disconnect
  };
  const server = createServer((socket) => {
    deceiver.came.push(performance.now());
    socket.on('error', () => undefined);
    if (isPostgres) socket.once('data', () => void (socket.write('S'), shakeHands(socket)));
    else shakeHands(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const deceiver: Deceiver = { port: (server.address() as AddressInfo).port, told: [], came: [], close: () => void server.close() };
  return deceiver;
}
