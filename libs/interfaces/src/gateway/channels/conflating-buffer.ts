import type { State, Subscriber } from '@scoreboard/application';

/** How often to retry subscribers that fell behind. */
const CATCH_UP_MS = 50;

/**
 * Sends states to subscribers.
 *
 * A slow subscriber does not delay the others. It misses intermediate states, never the last one: while it is busy, only the
 * newest state of each event is kept for it, and is sent within `CATCH_UP_MS` after it has caught up.
 */
export class ConflatingBuffer {
  /** States sent, counted per subscriber. */
  pushes = 0;
  /** States held back for a busy subscriber; a newer state may have replaced them. */
  skipped = 0;

  private readonly behind = new Map<Subscriber, Map<string, State>>();
  private timer?: NodeJS.Timeout;

  /** O(subscribers), even if some are slow. */
  send(subscribers: Iterable<Subscriber>, state: State): void {
    for (const subscriber of subscribers) {
      const isBehind = this.behind.size > 0 && this.behind.has(subscriber);
      if (!isBehind && subscriber.handle.send(state)) this.pushes++;
      else this.hold(subscriber, state);
    }
  }

  /** Drops the held states of a subscriber: of one event, or of all. */
  forget(subscriber: Subscriber, event?: string): void {
    if (event) this.behind.get(subscriber)?.delete(event);
    else this.behind.delete(subscriber);
  }

  close(): void {
    clearTimeout(this.timer);
    this.behind.clear();
  }

  private hold(subscriber: Subscriber, state: State): void {
    this.skipped++;
    const held = this.behind.get(subscriber) ?? new Map<string, State>();
    this.behind.set(subscriber, held.set(state.event, state));
    this.timer ??= setTimeout(() => this.catchUp(), CATCH_UP_MS);
  }

  private catchUp(): void {
    this.timer = undefined;
    for (const [subscriber, held] of [...this.behind]) {
      for (const [event, state] of held) {
        if (!subscriber.handle.send(state)) break;
        held.delete(event);
        this.pushes++;
      }
      if (!held.size) this.behind.delete(subscriber);
    }
    if (this.behind.size) this.timer ??= setTimeout(() => this.catchUp(), CATCH_UP_MS);
  }
}
