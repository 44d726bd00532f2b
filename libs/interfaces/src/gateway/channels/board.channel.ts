import { type BoardCache, PushThrottle, type State, type Subscriber } from '@scoreboard/application';
import type { Board, ScoreboardEvents } from '@scoreboard/domain';
import { type BoardLabel, eventOf, labeled } from './board-label';
import type { ConflatingBuffer } from './conflating-buffer';

/**
 * `scores:top` of one board: sends the newest board, complete, to every subscriber; at most once per `pushIntervalMs`, the first change at once.
 *
 * A subscriber never gets a board older than one it had, and never the same board twice unless it subscribes again. One that had a
 * newer board from another gateway waits until this process has it too.
 */
export class BoardChannel {
  private readonly subscribers = new Set<Subscriber>();
  /** Subscribers that already had a newer board than the one last pushed to all, with its revision. Only these few need an entry. */
  private readonly ahead = new Map<Subscriber, number>();
  private readonly throttle: PushThrottle;
  private readonly unsubscribe: () => void;
  /** The newest board as it is sent: one object for all subscribers, so that it is encoded once. */
  private state?: State & { readonly data: Board };
  /** The board in `state`. */
  private shown?: Board;
  private readonly event: string;

  constructor(
    private readonly boardCache: BoardCache,
    private readonly buffer: ConflatingBuffer,
    private readonly events: ScoreboardEvents,
    pushIntervalMs: number,
    /** Names the board in the event and its data; absent for `global`, the only board whose revision a client may know from an earlier connection. */
    private readonly label?: BoardLabel,
  ) {
    this.event = eventOf('scores:top', label);
    this.throttle = new PushThrottle(() => this.push(), pushIntervalMs);
    this.unsubscribe = boardCache.onBoard(() => this.throttle.request());
  }

  join(subscriber: Subscriber): void {
    this.subscribers.add(subscriber);
    const revision = this.label ? 0 : subscriber.handle.revision;
    const state = this.newest(revision);
    const isFit = state !== undefined && state.data.revision >= revision;
    // The board it had is sent again if it is the newest: the client may not have kept it.
    this.ahead.set(subscriber, isFit ? state.data.revision : revision - 1);
    if (isFit) this.buffer.send([subscriber], state);
    else if (revision > 0) void this.boardCache.refresh().catch(() => undefined); // BoardCache counts the error, and reads again within half a second
  }

  leave(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
    this.ahead.delete(subscriber);
    this.buffer.forget(subscriber, this.event);
  }

  close(): void {
    this.unsubscribe();
    this.throttle.stop();
  }

  private push(): void {
    const state = this.newest();
    if (!state) return;
    const { revision } = state.data;
    const waiting = this.ahead.size ? [...this.subscribers].filter((subscriber) => (this.ahead.get(subscriber) ?? -1) < revision) : this.subscribers;
    for (const [subscriber, had] of this.ahead) if (had <= revision) this.ahead.delete(subscriber);
    this.buffer.send(waiting, state);
    this.events.emit('board.pushed', { board: state.data });
  }

  /** `known`: the revision that a client has. */
  private newest(known?: number): (State & { readonly data: Board }) | undefined {
    const board = this.boardCache.current(known);
    if (board && board !== this.shown) this.state = { event: this.event, data: labeled(board, this.label) };
    this.shown = board;
    return this.state;
  }
}
