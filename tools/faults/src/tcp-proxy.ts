import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@scoreboard/harness';

/** `up`: from the client to the server. */
type Direction = 'up' | 'down';

/** What happens to bytes that pass; connections stay open, and new ones are taken. */
interface Conditions {
  /** In these directions nothing passes. */
  readonly held?: readonly Direction[];
  /** They take so long at least, and less than twice as long. */
  readonly latencyMs?: number;
  /** They are sent one by one. */
  readonly isSlicing?: boolean;
}

/**
 * Stands between a client and a server and hurts what passes. It loses no byte of a connection that it lets live, as TCP itself does not:
 * what silence holds back arrives after `heal`.
 */
export class TcpProxy {
  readonly url: string;
  conditions: Conditions = {};
  private readonly server = createServer((client) => this.join(client));
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly healing = new EventEmitter().setMaxListeners(0);

  private constructor(
    private target: URL,
    readonly port: number,
  ) {
    const url = new URL(target.href);
    url.port = `${port}`;
    this.url = url.href;
  }

  /** In front of a server of the loopback address. */
  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(target), await freePort());
    await proxy.heal();
    return proxy;
  }

  /** Resets (RST) every connection; new ones are taken. */
  cut(): void {
    for (const pair of this.pairs) pair.forEach(reset);
  }

  /** Resets every connection and takes no new ones. */
  refuse(): void {
    this.server.close();
    this.cut();
  }

  /** Resets every connection, and leads new ones to another server, as a balancer does after a failover. */
  lead(target: string): void {
    this.target = new URL(target);
    this.cut();
  }

  silence(...directions: Direction[]): void {
    this.conditions = { held: directions };
  }

  async heal(): Promise<void> {
    this.conditions = {};
    this.healing.emit('healed');
    if (!this.server.listening) await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  stop(): void {
    this.refuse();
    this.healing.emit('healed');
  }

  private join(client: Socket): void {
    const server = connect({ host: this.target.hostname, port: Number(this.target.port) });
    const pair = [client, server] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // It closes then.
      socket.on('close', () => this.pairs.delete(pair));
    }
    void this.carry(client, server, 'up');
    void this.carry(server, client, 'down');
  }

  private async carry(from: Socket, to: Socket, direction: Direction): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (this.conditions.latencyMs) await delay(this.conditions.latencyMs);
        while (this.conditions.held?.includes(direction)) await once(this.healing, 'healed');
        const pieces = this.conditions.isSlicing ? Array.from(chunk, (byte) => Buffer.of(byte)) : [chunk];
        for (const piece of pieces) {
          if (!to.write(piece) && !to.destroyed) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        }
      }
      to.end();
    } catch {
      reset(to); // One side was reset: so is the other.
    }
  }
}

/** A socket that is shutting down cannot be reset: Node would lose hold of it, and then spin for ever at its own end. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
