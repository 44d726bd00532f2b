import { somewhenIn } from './backoff.ts';
import { isVisible } from './page-lifecycle';

/** After so much silence the gateway is asked whether it is there; a random time, since a board is heard by all clients at once. */
const quietMs = (): number => 4_000 + somewhenIn(2_000);
/** A connection on which nothing comes back within this time is dead. */
const ANSWER_WITHIN_MS = 4_000;

export interface HeartbeatOptions {
  /** Asks the gateway for an answer; any will do. */
  readonly ask: () => void;
  readonly onDead: () => void;
}

/**
 * Watches a connection for silence: a gateway that hangs and a path that lost its packets close nothing. Whatever comes from the
 * gateway is a sign of life; only after about five seconds without one it is asked, and a tab that nobody sees does not ask at all. So a
 * dead connection is found within ten seconds, at the price of a small message every five seconds for each client while no board changes.
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

  /** Something came. */
  heard(): void {
    this.heardAt = performance.now();
    this.isAsking = false;
  }

  /** Asks now, since there is reason to doubt. */
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
