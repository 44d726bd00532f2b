import type { Socket as TcpSocket } from 'node:net';
import type { State } from '@scoreboard/application';
import { WebSocket } from 'ws';

/** What `ws` has and its types do not tell; a version without it costs speed and nothing else. */
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
 * A state as one WebSocket frame, header and payload in one buffer: made at the first subscriber it goes to, and written to
 * all of them with one system call each. Kept as long as the state is.
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
 * Writes a frame straight to the connection below a WebSocket. False, and nothing is written, where that could come between
 * what the library has yet to write, or after its goodbye.
 */
export function writePast(socket: WebSocket, frame: Buffer): boolean {
  const tcp = (socket as Inside)._socket;
  // What is buffered and not in the TCP socket's own queue is in the library's: it would come after a frame that it goes before.
  if (!tcp?.writable || socket.readyState !== WebSocket.OPEN || socket.bufferedAmount !== tcp.writableLength) return false;
  tcp.write(frame);
  return true;
}
