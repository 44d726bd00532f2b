import type { Namespace, Socket } from 'socket.io';

/** With more unsent bytes than this, further states would only arrive late: about twenty boards. */
export const BUSY_BYTES = 16 * 1024;

/** The parts of engine.io's connection used here: packets that wait for the transport, and the transport's socket. */
interface EngineSocket {
  readonly writeBuffer: readonly { readonly data?: string | Buffer }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number; terminate(): void } };
}

/** Bytes not yet passed to the kernel. O(waiting packets), usually none. */
export function bufferedBytes(connection: Socket['conn']): number {
  const { writeBuffer, transport } = connection as unknown as EngineSocket;
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const packet of writeBuffer) bytes += packet.data?.length ?? 0;
  return bytes;
}

/** Disconnects every client with more than `maxBufferedBytes` unsent bytes; returns how many. O(clients). */
export function dropSlow({ sockets }: Pick<Namespace, 'sockets'>, maxBufferedBytes: number): number {
  let dropped = 0;
  for (const { conn } of sockets.values()) {
    if (bufferedBytes(conn) <= maxBufferedBytes) continue;
    dropped++;
    // A close frame would wait behind the bytes that the client does not read.
    const { socket } = (conn as unknown as EngineSocket).transport;
    if (socket) socket.terminate();
    else conn.close(true);
  }
  return dropped;
}
