import type { State, Transport, ViewerData } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { type RawData, WebSocket } from 'ws';
import { BUSY_BYTES } from './backpressure';
import { type Farewell, NO_FRAME, TOO_MANY_MESSAGES, UNKNOWN_EVENT } from './farewell';
import { MessageBudget } from './message-budget';
import { ReadyFrames, writePast } from './ready-frame';

/** Calls the handler of a frame's event; false where the event has none. */
export type FrameHandler = (event: string, data: unknown) => boolean;

const encode = ({ event, data }: State): string => JSON.stringify({ event, data });
const frames = new ReadyFrames(encode);

/** A plain client as a viewer: of itself, since on the way through `PlainSocket` every push would read more objects of each of ten thousand clients. */
class PlainViewer implements ViewerData {
  readonly transport: Transport = 'websocket';

  constructor(
    private readonly socket: WebSocket,
    readonly identity: Identity | undefined,
    readonly revision: number,
  ) {}

  send(state: State): boolean {
    if (this.socket.bufferedAmount > BUSY_BYTES) return false;
    if (!writePast(this.socket, frames.of(state)) && this.socket.readyState === WebSocket.OPEN) this.socket.send(encode(state));
    return true;
  }
}

/** A client on a plain WebSocket: frames `{"event", "data"}` both ways. */
export class PlainSocket {
  readonly data: ViewerData;
  private isAlive = true;
  private readonly budget = new MessageBudget();

  constructor(
    private readonly socket: WebSocket,
    who: Pick<ViewerData, 'identity' | 'revision'>,
  ) {
    this.data = new PlainViewer(socket, who.identity, who.revision);
    socket.on('ping', () => this.spend()); // each is answered, so it counts as a message
    socket.on('pong', () => (this.isAlive = true));
    socket.on('error', () => undefined); // 'close' follows, and tells the gateway
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Sends an answer, which may wait behind what is on its way. */
  send(answer: State): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(encode(answer));
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
