import { type LiveBoard, Pacer, type State, type Viewer } from '@scoreboard/application';
import type { Board, ScoreboardEvents } from '@scoreboard/domain';
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
  /** The newest board as it is sent: one object for all, so that it is encoded once. */
  private state?: State & { readonly data: Board };

  constructor(
    private readonly live: LiveBoard,
    private readonly outbox: Outbox,
    private readonly events: ScoreboardEvents,
    pushIntervalMs: number,
  ) {
    this.pacer = new Pacer(() => this.push(), pushIntervalMs);
    this.unsubscribe = live.onBoard(() => this.pacer.request());
  }

  join(viewer: Viewer): void {
    this.viewers.add(viewer);
    const { revision } = viewer.data;
    const state = this.newest();
    const isFit = state !== undefined && state.data.revision >= revision;
    // The board it had may be sent again: it may have come back without it.
    this.ahead.set(viewer, isFit ? state.data.revision : revision - 1);
    if (isFit) this.outbox.send([viewer], state);
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
    const state = this.newest();
    if (!state) return;
    const { revision } = state.data;
    const waiting = this.ahead.size ? [...this.viewers].filter((viewer) => (this.ahead.get(viewer) ?? -1) < revision) : this.viewers;
    for (const [viewer, had] of this.ahead) if (had <= revision) this.ahead.delete(viewer);
    this.outbox.send(waiting, state);
    this.events.emit('board.pushed', { board: state.data });
  }

  private newest(): (State & { readonly data: Board }) | undefined {
    const data = this.live.current();
    if (data && data !== this.state?.data) this.state = { event: 'scores:top', data };
    return this.state;
  }
}
