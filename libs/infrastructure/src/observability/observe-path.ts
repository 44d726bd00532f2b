import { followedOf } from '@scoreboard/application';
import type { Board, ScoreboardEventMap, ScoreboardEvents, Trace } from '@scoreboard/domain';

/** Follows commands through this process, for logs or traces. Must return quickly. */
export interface PathObserver {
  accepted?(event: ScoreboardEventMap['command.accepted']): void;
  applied?(event: ScoreboardEventMap['batch.applied']): void;
  projected?(event: ScoreboardEventMap['standings.projected']): void;
  /**
   * A board was pushed to all subscribers. `traces`: the known requests that caused it (see `followedOf`). `since`: when the first of
   * them was announced, in ms since the Unix epoch.
   */
  pushed?(board: Board, traces: readonly Trace[], since: number): void;
}

/** Calls an observer with all later events. */
export function observePath(events: ScoreboardEvents, observer: PathObserver): void {
  if (observer.accepted) events.on('command.accepted', (event) => observer.accepted!(event));
  if (observer.applied) events.on('batch.applied', (event) => observer.applied!(event));
  if (observer.projected) events.on('standings.projected', (event) => observer.projected!(event));
  if (observer.pushed) observePushes(events, (board, traces, since) => observer.pushed!(board, traces, since));
}

/** Collects the requests named by the feed, because one push may show the changes of several feed messages. */
function observePushes(events: ScoreboardEvents, pushed: NonNullable<PathObserver['pushed']>): void {
  let waiting: readonly Trace[] = [];
  let since = 0;
  let revision = 0;
  events.on('board.announced', ({ board, traces }) => {
    if (board.revision <= revision) return pushed(board, traces, Date.now()); // the board was read and pushed before the feed announced it
    if (!waiting.length) since = Date.now();
    waiting = followedOf([...waiting, ...traces]);
  });
  events.on('board.pushed', ({ board }) => {
    revision = board.revision;
    pushed(board, waiting, since);
    waiting = [];
  });
}
