import { followedOf } from '@scoreboard/application';
import type { Board, ScoreboardEventMap, ScoreboardEvents, Trace } from '@scoreboard/domain';

/** Follows single points through this process, for logs or traces. Must return at once. */
export interface PathObserver {
  accepted?(event: ScoreboardEventMap['command.accepted']): void;
  applied?(event: ScoreboardEventMap['batch.applied']): void;
  projected?(event: ScoreboardEventMap['standings.projected']): void;
  /**
   * A board went to all subscribers. `traces` are the requests that are known to be behind it (see `followedOf`), the first of
   * which came at `since`, in ms since 1970.
   */
  pushed?(board: Board, traces: readonly Trace[], since: number): void;
}

/** Calls an observer with what happens from now on. */
export function observePath(events: ScoreboardEvents, observer: PathObserver): void {
  if (observer.accepted) events.on('command.accepted', (event) => observer.accepted!(event));
  if (observer.applied) events.on('batch.applied', (event) => observer.applied!(event));
  if (observer.projected) events.on('standings.projected', (event) => observer.projected!(event));
  if (observer.pushed) observePushes(events, (board, traces, since) => observer.pushed!(board, traces, since));
}

/** The feed names requests, and a push shows what several messages of the feed brought. */
function observePushes(events: ScoreboardEvents, pushed: NonNullable<PathObserver['pushed']>): void {
  let waiting: readonly Trace[] = [];
  let since = 0;
  let revision = 0;
  events.on('board.announced', ({ board, traces }) => {
    if (board.revision <= revision) return pushed(board, traces, Date.now()); // a read was faster than the feed
    if (!waiting.length) since = Date.now();
    waiting = followedOf([...waiting, ...traces]);
  });
  events.on('board.pushed', ({ board }) => {
    revision = board.revision;
    pushed(board, waiting, since);
    waiting = [];
  });
}
