import type { Server, Socket } from 'socket.io';

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
  const waiting = writeBuffer.reduce((sum, packet) => sum + (packet.data?.length ?? 0), 0);
  return waiting + (transport.socket?.bufferedAmount ?? 0);
}

/** Ends the connections of all clients that let more than `maxBufferedBytes` pile up; returns how many. */
export function dropSlow(server: Server, maxBufferedBytes: number): number {
  const { clients } = server.engine as unknown as { clients: Record<string, Socket['conn']> };
  const slow = Object.values(clients).filter((connection) => bufferedBytes(connection) > maxBufferedBytes);
  for (const connection of slow) {
    // A polite close would wait behind the very bytes that nobody reads.
    const { socket } = (connection as unknown as EngineSocket).transport;
    if (socket) socket.terminate();
    else connection.close(true);
  }
  return slow.length;
}
