import { type Recognition, type State, TokenBucket, type Transport, type SubscriberData } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { type RawData, WebSocket } from 'ws';
import { BUSY_BYTES } from './backpressure';
import { type CloseReason, NO_FRAME, TOO_LONG, TOO_MANY_MESSAGES, tryAgainLater, UNKNOWN_EVENT } from './close-reason';
import { FLOOD, MAX_MESSAGE_BYTES } from './message-limits';
import { ReadyFrames, writePast } from './ready-frame';

/** Calls the handler of a frame's event; false where the event has none. */
export type FrameHandler = (event: string, data: unknown) => boolean;

/** What is known of a client when it connects. */
type Arrival = Recognition & Pick<SubscriberData, 'revision'>;

const encode = ({ event, data }: State): string => JSON.stringify({ event, data });
const frames = new ReadyFrames(encode);

/** A plain client as a subscriber: of itself, since on the way through `PlainSocket` every push would read more objects of each of ten thousand clients. */
class PlainViewer implements SubscriberData {
  readonly transport: Transport = 'websocket';
  readonly hasExpired: boolean;
  readonly revision: number;
  identity: Identity | undefined;

  constructor(
    private readonly socket: WebSocket,
    { identity, hasExpired, revision }: Arrival,
  ) {
    this.identity = identity;
    this.hasExpired = hasExpired;
    this.revision = revision;
  }

  send(state: State): boolean {
    if (this.socket.bufferedAmount > BUSY_BYTES) return false;
    if (!writePast(this.socket, frames.of(state)) && this.socket.readyState === WebSocket.OPEN) this.socket.send(encode(state));
    return true;
  }

  closeForNow(why: string): void {
    const { code, reason } = tryAgainLater(why);
    this.socket.close(code, reason);
  }
}

/** A client on a plain WebSocket: frames `{"event", "data"}` both ways. */
export class PlainSocket {
  readonly data: SubscriberData;
  private isAlive = true;
  /** Of one that has sent something. */
  private flood?: TokenBucket;

  constructor(
    private readonly socket: WebSocket,
    arrival: Arrival,
  ) {
    this.data = new PlainViewer(socket, arrival);
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
      if (!this.count()) return;
      const frame = isBinary ? undefined : decodeFrame(content);
      if (!frame) return this.end(NO_FRAME);
      if ((content as Buffer).length > MAX_MESSAGE_BYTES && frame.event !== 'authenticate') return this.end(TOO_LONG);
      if (!handle(frame.event, frame.data)) this.end(UNKNOWN_EVENT);
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

  close({ code, reason }: CloseReason): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Counts what has come; false where it is not to be heard: one too many, or after we have said goodbye. */
  private count(): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.flood ??= new TokenBucket(FLOOD);
    if (this.flood.take()) return true;
    this.end(TOO_MANY_MESSAGES);
    return false;
  }

  /** Closes a client that broke a rule. What else it sends is not read: it would cost others their time until the connection is gone. */
  private end(closeReason: CloseReason): void {
    this.close(closeReason);
    this.socket.pause();
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
