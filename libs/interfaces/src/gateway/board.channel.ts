import { type LiveBoard, Pacer, type Viewer } from '@scoreboard/application';
import type { Outbox } from './outbox';

/**
 * `scores:top`: the newest board, whole, to everybody who watches it; at most once in `pushIntervalMs`, the first change at once.
 *
 * No viewer gets a board older than one it had, nor one twice unless it subscribes again. One who had a newer board
 * elsewhere than this process knows waits for it.
 */
export class BoardChannel {
  /** The newest revision each viewer had. */
  private readonly revisions = new Map<Viewer, number>();
  private readonly pacer: Pacer;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly live: LiveBoard,
    private readonly outbox: Outbox,
    pushIntervalMs: number,
  ) {
    this.pacer = new Pacer(() => this.push(this.revisions.keys()), pushIntervalMs);
    this.unsubscribe = live.onBoard(() => this.pacer.request());
  }

  join(viewer: Viewer): void {
    // The board it had may be sent again: it may have come back without it.
    this.revisions.set(viewer, viewer.data.revision - 1);
    this.push([viewer]);
    const isBehind = viewer.data.revision > (this.live.current()?.revision ?? -1);
    if (isBehind) void this.live.refresh().catch(() => undefined); // counted there, and read again within half a second
  }

  leave(viewer: Viewer): void {
    this.revisions.delete(viewer);
    this.outbox.forget(viewer, 'scores:top');
  }

  close(): void {
    this.unsubscribe();
    this.pacer.stop();
  }

  private push(viewers: Iterable<Viewer>): void {
    const board = this.live.current();
    if (!board) return;
    const waiting = [...viewers].filter((viewer) => this.revisions.get(viewer)! < board.revision);
    for (const viewer of waiting) this.revisions.set(viewer, board.revision);
    this.outbox.send(waiting, 'scores:top', board);
  }
}
