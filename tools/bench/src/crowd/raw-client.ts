import { connect, type Socket } from 'node:net';
import { PROBE } from '../players';

export const TRANSPORTS = ['socket.io', 'websocket'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** `board` is watched instead of `global`; each `localAddress` of the loopback network has ports of its own. */
export type Target = Readonly<{ port: number; transport: Transport; board?: string; localAddress?: string }>;

interface Hooks {
  /** The Socket.IO namespace has let it in. */
  joined(): void;
  received(bytes: number): void;
  /** With the probe's score. */
  board(score: number): void;
  /** The connection is over, or never came to be. */
  gone(why: string): void;
}

const PATHS: Record<Transport, string> = { 'socket.io': '/socket.io/?EIO=4&transport=websocket', 'websocket': '/ws/scores' };
const HANDSHAKE = 'Host: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const MARK = Buffer.from(`"userId":"${PROBE}","score":`);
const MOST_DIGITS = 16;

/** The probe's score in a frame's payload; undefined where it stands in none. O(1) for a board: it leads. */
function probeScore(payload: Buffer): number | undefined {
  const at = payload.indexOf(MARK) + MARK.length;
  return at < MARK.length ? undefined : parseInt(payload.toString('latin1', at, at + MOST_DIGITS));
}

/** Where all clients read: each looks at what came before the next one reads. */
const shared = Buffer.allocUnsafe(65_536);

/**
 * A client in frames over TCP: so little that ten thousand of them in one process do not take the CPU that is to be measured. `ws`
 * takes 4 µs more for each board and 12 KiB more for each client (2,000 clients, no compression, no check of UTF-8), which would show
 * in the times of the last ones. Speaks just enough of RFC 6455, engine.io and Socket.IO to be let in and to answer pings.
 */
export class RawClient {
  private readonly socket: Socket;
  private rest?: Buffer;
  private isUpgraded = false;
  private isReading = true;

  constructor(private readonly target: Target, private readonly hooks: Hooks) {
    const { port, localAddress, transport } = target;
    const callback = (length: number) => {
      this.read(shared.subarray(0, length));
      return this.isReading;
    };
    this.socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true, onread: { buffer: shared, callback } });
    this.socket.once('connect', () => this.socket.write(`GET ${PATHS[transport]} HTTP/1.1\r\n${HANDSHAKE}\r\n\r\n`));
    this.socket.once('error', (error) => hooks.gone(error.message));
    this.socket.once('close', () => hooks.gone('closed'));
  }

  /** Asks for ten times a hundred places or so, much more than a board, and reads nothing of them or of anything else. */
  stopReading(): void {
    for (let count = 91; count <= 100; count++) this.send(TEXT, Buffer.from(`42/ws/scores,["subscribe","top:${count}"]`));
    this.isReading = false;
    this.socket.pause();
  }

  /** As when the network is gone: without a word. */
  cut(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    let data = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    this.rest = undefined;
    if (!this.isUpgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end >= 0 && !data.toString('latin1', 0, 12).endsWith(' 101')) return this.refused(data.toString('latin1', 0, 15));
      this.isUpgraded = end >= 0;
      if (this.isUpgraded) data = data.subarray(end + 4);
    }
    if (this.isUpgraded) data = data.subarray(this.readFrames(data));
    if (data.length) this.rest = Buffer.from(data);
  }

  /** How many bytes made whole frames. */
  private readFrames(data: Buffer): number {
    let at = 0;
    while (data.length >= at + 2) {
      const short = data[at + 1]!;
      const head = short < 126 ? 2 : 4; // no board has 64 KiB
      if (data.length < at + head) break;
      const end = at + head + (short < 126 ? short : data.readUInt16BE(at + 2));
      if (data.length < end) break;
      this.frame(data[at]! & 15, data.subarray(at + head, end));
      at = end;
    }
    return at;
  }

  private frame(opcode: number, payload: Buffer): void {
    if (opcode === PING) return this.send(PONG, payload);
    if (opcode === CLOSE) return this.cut();
    this.hooks.received(payload.length);
    const score = probeScore(payload);
    if (score !== undefined) return this.hooks.board(score);
    if (this.target.transport === 'websocket') return;
    const text = payload.toString('latin1', 0, 2);
    if (text.startsWith('0')) this.send(TEXT, Buffer.from('40/ws/scores,'));
    else if (text === '2') this.send(TEXT, Buffer.from('3'));
    else if (text === '40') this.choose();
    else if (text === '44') this.refused(payload.toString());
  }

  private choose(): void {
    const { board } = this.target;
    if (board) for (const [event, channel] of [['unsubscribe', 'scores:top'], ['subscribe', `scores:top@${board}`]]) this.send(TEXT, Buffer.from(`42/ws/scores,["${event}","${channel}"]`));
    this.hooks.joined();
  }

  private refused(how: string): void {
    this.hooks.gone(how);
    this.cut();
  }

  /** Masked with zeros, as RFC 6455 lets a client choose: the payload stays as it is. */
  private send(opcode: number, payload: Buffer): void {
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }
}
