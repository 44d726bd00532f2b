import type { Transport, Viewer, ViewerServer } from '@scoreboard/application';

/** How often viewers that fell behind are looked at again. */
const CATCH_UP_MS = 50;

/**
 * Sends states to viewers, encoded once for all of a transport.
 *
 * A viewer that reads slowly costs the others nothing and misses states, never the last one: while it is busy, only the
 * newest state of each event is kept for it, and goes out within `CATCH_UP_MS` after it has read on.
 */
export class Outbox {
  /** States sent, one for each viewer. */
  pushes = 0;
  /** States that a busy viewer did not get at once; a newer one may have taken its place. */
  skipped = 0;

  private readonly servers = new Map<Transport, ViewerServer>();
  private readonly behind = new Map<Viewer, Map<string, unknown>>();
  private timer?: NodeJS.Timeout;

  /** Names the server that reaches the viewers of a transport; before any of them is sent to. */
  attach(transport: Transport, server: ViewerServer): void {
    this.servers.set(transport, server);
  }

  /** O(viewers), however slow some are. */
  send(viewers: Iterable<Viewer>, event: string, data: unknown): void {
    const ready = new Map<Transport, string[]>();
    for (const viewer of viewers) {
      const { transport } = viewer.data;
      if (this.behind.has(viewer) || viewer.data.isBusy()) this.hold(viewer, event, data);
      else if (ready.has(transport)) ready.get(transport)!.push(viewer.id);
      else ready.set(transport, [viewer.id]);
    }
    for (const [transport, ids] of ready) {
      this.servers.get(transport)!.to(ids).emit(event, data);
      this.pushes += ids.length;
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

  private hold(viewer: Viewer, event: string, data: unknown): void {
    this.skipped++;
    const held = this.behind.get(viewer) ?? new Map<string, unknown>();
    this.behind.set(viewer, held.set(event, data));
    this.timer ??= setTimeout(() => this.catchUp(), CATCH_UP_MS);
  }

  private catchUp(): void {
    this.timer = undefined;
    for (const [viewer, held] of [...this.behind]) {
      if (viewer.data.isBusy()) continue;
      this.behind.delete(viewer);
      for (const [event, data] of held) this.send([viewer], event, data);
    }
    if (this.behind.size) this.timer ??= setTimeout(() => this.catchUp(), CATCH_UP_MS);
  }
}
