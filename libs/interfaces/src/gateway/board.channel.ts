import { type LiveBoard, Pacer, type Viewer } from '@scoreboard/application';
import type { Outbox } from './outbox';

/**
 * `scores:top`: the newest board, whole, to everybody who watches it; at most once in `pushIntervalMs`, the first change at once.
 *
 * No viewer gets a board older than one it had, nor one twice unless it subscribes again. One who had a newer board
 * elsewhere than this process knows waits for it.
 */
export class BoardChannel {
  private readonly viewers = new Set<Viewer>();
  /** Those who had a newer board than the one that was last pushed to all, and its revision: few, for none but them is anything kept. */
  private readonly ahead = new Map<Viewer, number>();
  private readonly pacer: Pacer;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly live: LiveBoard,
    private readonly outbox: Outbox,
    pushIntervalMs: number,
  ) {
    this.pacer = new Pacer(() => this.push(), pushIntervalMs);
    this.unsubscribe = live.onBoard(() => this.pacer.request());
  }

  join(viewer: Viewer): void {
    this.viewers.add(viewer);
    const board = this.live.current();
    const { revision } = viewer.data;
    // The board it had may be sent again: it may have come back without it.
    this.ahead.set(viewer, board && board.revision >= revision ? board.revision : revision - 1);
    if (board && board.revision >= revision) this.outbox.send([viewer], { event: 'scores:top', data: board });
    else if (revision > 0) void this.live.refresh().catch(() => undefined); // counted there, and read again within half a second
  }

  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
    this.ahead.delete(viewer);
    this.outbox.forget(viewer, 'scores:top');
  }

  close(): void {
    this.unsubscribe();
    this.pacer.stop();
  }

  private push(): void {
    const board = this.live.current();
    if (!board) return;
    const waiting = this.ahead.size ? [...this.viewers].filter((viewer) => !(this.ahead.get(viewer)! >= board.revision)) : this.viewers;
    for (const [viewer, revision] of this.ahead) if (revision <= board.revision) this.ahead.delete(viewer);
    this.outbox.send(waiting, { event: 'scores:top', data: board });
  }
}
