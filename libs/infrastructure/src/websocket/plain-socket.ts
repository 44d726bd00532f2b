import { randomUUID } from 'node:crypto';
import type { ViewerData } from '@scoreboard/application';
import { type RawData, WebSocket } from 'ws';
import { BUSY_BYTES } from './backpressure';
import { type Farewell, NO_FRAME, TOO_MANY_MESSAGES, UNKNOWN_EVENT } from './farewell';
import { MessageBudget } from './message-budget';

export type FrameHandler = (data: unknown) => void;

export const encodeFrame = (event: string, data: unknown): Buffer => Buffer.from(JSON.stringify({ event, data }));

/** A client on a plain WebSocket: frames `{"event", "data"}` both ways. */
export class PlainSocket {
  readonly id = randomUUID();
  readonly data: ViewerData;
  private isAlive = true;
  private readonly budget = new MessageBudget();

  constructor(
    private readonly socket: WebSocket,
    who: Pick<ViewerData, 'identity' | 'revision'>,
  ) {
    this.data = { ...who, transport: 'websocket', isBusy: () => socket.bufferedAmount > BUSY_BYTES };
    socket.on('ping', () => this.spend()); // each is answered, so it counts as a message
    socket.on('pong', () => (this.isAlive = true));
    socket.on('error', () => undefined); // 'close' follows, and tells the gateway
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  emit(event: string, data: unknown): void {
    this.send(encodeFrame(event, data));
  }

  send(frame: Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame, { binary: false });
  }

  /** Calls the handler of each frame's event. A client that sends anything else speaks another protocol and is closed, as is one that sends too much. */
  listen(handlers: ReadonlyMap<string, FrameHandler>): void {
    this.socket.on('message', (content, isBinary) => {
      if (!this.spend()) return;
      const frame = isBinary ? undefined : decodeFrame(content);
      if (!frame) return this.close(NO_FRAME);
      const handle = handlers.get(frame.event);
      if (!handle) return this.close(UNKNOWN_EVENT);
      handle(frame.data);
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
