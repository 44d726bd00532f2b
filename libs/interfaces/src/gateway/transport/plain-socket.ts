import { type Recognition, type State, TokenBucket, type Transport, type Subscriber, type SubscriberHandle } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { type RawData, WebSocket } from 'ws';
import { BUSY_BYTES } from './backpressure';
import { type CloseReason, NO_FRAME, TOO_LONG, TOO_MANY_MESSAGES, tryAgainLater, UNKNOWN_EVENT } from './close-reason';
import { FLOOD, MAX_MESSAGE_BYTES } from './message-limits';
import { ReadyFrames, writePast } from './ready-frame';

/** Calls the handler of a frame's event; returns false if the event has none. */
export type FrameHandler = (event: string, data: unknown) => boolean;

/** What is known about a client when it connects. */
type Arrival = Recognition & Pick<SubscriberHandle, 'revision'>;

const encode = ({ event, data }: State): string => JSON.stringify({ event, data });
const frames = new ReadyFrames(encode);

/** A plain client as a subscriber. Separate from `PlainSocket`, so that a push touches fewer objects per client. */
class PlainViewer implements SubscriberHandle {
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
export class PlainSocket implements Subscriber {
  readonly handle: SubscriberHandle;
  private isAlive = true;
  /** Created with the first message. */
  private flood?: TokenBucket;

  constructor(
    private readonly socket: WebSocket,
    arrival: Arrival,
  ) {
    this.handle = new PlainViewer(socket, arrival);
    socket.on('pong', () => (this.isAlive = true));
    socket.on('error', () => undefined); // 'close' follows and notifies the gateway
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Sends an answer; it may queue behind unsent data. */
  send(answer: State): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(encode(answer));
  }

  /** Passes each frame to the handler. Disconnects a client that sends an unknown event, a malformed frame, or too much. */
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

  /** Pings the client; disconnects it if it has not answered the previous ping. */
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

  /** Counts a message. Returns false if it must be ignored: over the limit, or after our close frame. */
  private count(): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.flood ??= new TokenBucket(FLOOD);
    if (this.flood.take()) return true;
    this.end(TOO_MANY_MESSAGES);
    return false;
  }

  /** Closes a client that broke a rule, and stops reading from it: its further messages would cost the other clients time. */
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
