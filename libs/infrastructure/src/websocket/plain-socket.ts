import type { State, ViewerData } from '@scoreboard/application';
import { type RawData, WebSocket } from 'ws';
import { BUSY_BYTES } from './backpressure';
import { type Farewell, NO_FRAME, TOO_MANY_MESSAGES, UNKNOWN_EVENT } from './farewell';
import { MessageBudget } from './message-budget';
import { ReadyFrames, writePast } from './ready-frame';

/** Calls the handler of a frame's event; false where the event has none. */
export type FrameHandler = (event: string, data: unknown) => boolean;

const encode = ({ event, data }: State): string => JSON.stringify({ event, data });
const frames = new ReadyFrames(encode);

/** A client on a plain WebSocket: frames `{"event", "data"}` both ways. */
export class PlainSocket {
  readonly data: ViewerData;
  private isAlive = true;
  private readonly budget = new MessageBudget();

  constructor(
    private readonly socket: WebSocket,
    who: Pick<ViewerData, 'identity' | 'revision'>,
  ) {
    this.data = { ...who, transport: 'websocket', send: (state) => socket.bufferedAmount <= BUSY_BYTES && this.send(state) };
    socket.on('ping', () => this.spend()); // each is answered, so it counts as a message
    socket.on('pong', () => (this.isAlive = true));
    socket.on('error', () => undefined); // 'close' follows, and tells the gateway
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Encoded once for all sockets that the same object is sent to. Always true: what is sent here may wait. */
  send(state: State): true {
    const isOver = this.socket.readyState !== WebSocket.OPEN;
    if (!isOver && !writePast(this.socket, frames.of(state))) this.socket.send(encode(state));
    return true;
  }

  /** Gives each frame to the handler. A client that sends what it does not know, or no frame, speaks another protocol and is closed, as is one that sends too much. */
  listen(handle: FrameHandler): void {
    this.socket.on('message', (content, isBinary) => {
      if (!this.spend()) return;
      const frame = isBinary ? undefined : decodeFrame(content);
      if (!frame) return this.close(NO_FRAME);
      if (!handle(frame.event, frame.data)) this.close(UNKNOWN_EVENT);
    });
  }

  onDisconnect(listener: () => void): void {
    this.socket.once('close', listener);
  }

  /** Asks for a sign of life; ends a client that gave none since the last call. */
  checkAlive(): void {
    if (!this.isAlive) return this.terminate();
    this.isAlive = false;
    this.socket.ping();
  }

  close({ code, reason }: Farewell): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Whether a message may be heard: not one too many, nor after we have said goodbye. */
  private spend(): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    const isWithin = this.budget.spend();
    if (!isWithin) this.close(TOO_MANY_MESSAGES);
    return isWithin;
  }
}

function decodeFrame(content: RawData): { readonly event: string; readonly data: unknown } | undefined {
  try {
    const frame: unknown = JSON.parse(String(content));
    const isFrame = typeof frame === 'object' && frame !== null && 'event' in frame && typeof frame.event === 'string';
    return isFrame ? { event: frame.event as string, data: 'data' in frame ? frame.data : undefined } : undefined;
  } catch {
    return undefined;
  }
}
