import { somewhenIn } from './backoff.ts';
import { isVisible } from './page-lifecycle.ts';

/** How long to wait without data before sending a ping. Random, because a board reaches all clients at the same moment. */
const quietMs = (): number => 4_000 + somewhenIn(2_000);
/** A connection is dead if nothing arrives within this time after a ping. */
const ANSWER_WITHIN_MS = 4_000;

export interface HeartbeatOptions {
  /** Sends a ping. Any data from the gateway counts as the answer. */
  readonly ask: () => void;
  readonly onDead: () => void;
}

/**
 * Detects dead connections: a hanging gateway or a broken network path does not close the connection. Any data from the gateway counts as a sign
 * of life. After about five seconds without data, the client sends a ping; a hidden tab sends none. So a dead connection
 * is found within ten seconds, at the cost of one small message per client every five seconds while no board changes.
 */
export class Heartbeat {
  private heardAt = 0;
  private isAsking = false;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly options: HeartbeatOptions) {}

  begin(): void {
    this.heard();
    this.wait(quietMs());
  }

  end(): void {
    clearTimeout(this.timer);
    this.isAsking = false;
  }

  /** Data arrived. */
  heard(): void {
    this.heardAt = performance.now();
    this.isAsking = false;
  }

  /** Sends a ping now. */
  check(): void {
    if (this.isAsking) return;
    this.isAsking = true;
    this.wait(ANSWER_WITHIN_MS);
    this.options.ask();
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), ms);
  }

  private look(): void {
    if (this.isAsking) return this.options.onDead();
    const leftMs = quietMs() - (performance.now() - this.heardAt);
    if (leftMs > 0) this.wait(leftMs);
    else if (isVisible()) this.check();
    else this.wait(quietMs());
  }
}
