import type { State, Viewer } from '@scoreboard/application';

/** How often viewers that fell behind are looked at again. */
const CATCH_UP_MS = 50;

/**
 * Sends states to viewers.
 *
 * A viewer that reads slowly costs the others nothing and misses states, never the last one: while it is busy, only the
 * newest state of each event is kept for it, and goes out within `CATCH_UP_MS` after it has read on.
 */
export class Outbox {
  /** States sent, one for each viewer. */
  pushes = 0;
  /** States that a busy viewer did not get at once; a newer one may have taken its place. */
  skipped = 0;

  private readonly behind = new Map<Viewer, Map<string, State>>();
  private timer?: NodeJS.Timeout;

  /** O(viewers), however slow some are. */
  send(viewers: Iterable<Viewer>, state: State): void {
    for (const viewer of viewers) {
      const isBehind = this.behind.size > 0 && this.behind.has(viewer);
      if (!isBehind && viewer.data.send(state)) this.pushes++;
      else this.hold(viewer, state);
    }
  }

  /** Drops what is held for a viewer: one event, or all of them. */
  forget(viewer: Viewer, event?: string): void {
    if (event) this.behind.get(viewer)?.delete(event);
    else this.behind.delete(viewer);
  }

  close(): void {
    clearTimeout(this.timer);
    this.behind.clear();
  }

  private hold(viewer: Viewer, state: State): void {
    this.skipped++;
    const held = this.behind.get(viewer) ?? new Map<string, State>();
    this.behind.set(viewer, held.set(state.event, state));
    this.timer ??= setTimeout(() => this.catchUp(), CATCH_UP_MS);
  }

  private catchUp(): void {
    this.timer = undefined;
    for (const [viewer, held] of [...this.behind]) {
      for (const [event, state] of held) {
        if (!viewer.data.send(state)) break;
        held.delete(event);
        this.pushes++;
      }
      if (!held.size) this.behind.delete(viewer);
    }
    if (this.behind.size) this.timer ??= setTimeout(() => this.catchUp(), CATCH_UP_MS);
  }
}
