import type { Namespace, Socket } from 'socket.io';

/** Past this many bytes on their way, more states would only arrive late: about twenty boards. */
export const BUSY_BYTES = 16 * 1024;

/** engine.io's connection, as far as it is read here: packets that wait for its transport, and the transport's own socket. */
interface EngineSocket {
  readonly writeBuffer: readonly { readonly data?: string | Buffer }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number; terminate(): void } };
}

/** Bytes that the kernel has not taken yet. O(packets that wait), usually none. */
export function bufferedBytes(connection: Socket['conn']): number {
  const { writeBuffer, transport } = connection as unknown as EngineSocket;
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const packet of writeBuffer) bytes += packet.data?.length ?? 0;
  return bytes;
}

/** Ends the connections of all clients that let more than `maxBufferedBytes` pile up; returns how many. O(clients). */
export function dropSlow({ sockets }: Pick<Namespace, 'sockets'>, maxBufferedBytes: number): number {
  let dropped = 0;
  for (const { conn } of sockets.values()) {
    if (bufferedBytes(conn) <= maxBufferedBytes) continue;
    dropped++;
    // A polite close would wait behind the very bytes that nobody reads.
    const { socket } = (conn as unknown as EngineSocket).transport;
    if (socket) socket.terminate();
    else conn.close(true);
  }
  return dropped;
}
