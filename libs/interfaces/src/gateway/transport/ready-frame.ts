import type { Socket as TcpSocket } from 'node:net';
import type { State } from '@scoreboard/application';
import { WebSocket } from 'ws';

/** Internals of `ws` that its types leave out. A version without them only makes sending slower. */
interface Inside {
  readonly _socket?: TcpSocket;
}
interface FrameOptions {
  readonly fin: boolean;
  readonly opcode: number;
  readonly mask: boolean;
  readonly rsv1: boolean;
  readonly readOnly: boolean;
}
const { Sender } = WebSocket as unknown as { readonly Sender: { frame(payload: Buffer, options: FrameOptions): Buffer[] } };

const TEXT: FrameOptions = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true };

/**
 * States encoded as WebSocket frames, header and payload in one buffer. A frame is encoded for the first subscriber, then written to
 * each one with a single system call. It is kept as long as its state.
 */
export class ReadyFrames {
  private readonly frames = new WeakMap<State, Buffer>();

  constructor(private readonly encode: (state: State) => string) {}

  of(state: State): Buffer {
    const ready = this.frames.get(state);
    if (ready) return ready;
    const frame = Buffer.concat(Sender.frame(Buffer.from(this.encode(state)), TEXT));
    this.frames.set(state, frame);
    return frame;
  }
}

/**
 * Writes a frame directly to the TCP connection of a WebSocket. Returns false and writes nothing if the library still has data to write,
 * or has sent its close frame.
 */
export function writePast(socket: WebSocket, frame: Buffer): boolean {
  const tcp = (socket as Inside)._socket;
  // Buffered bytes that are not in the TCP socket's queue are still in the library's queue: this frame would overtake them.
  if (!tcp?.writable || socket.readyState !== WebSocket.OPEN || socket.bufferedAmount !== tcp.writableLength) return false;
  tcp.write(frame);
  return true;
}
