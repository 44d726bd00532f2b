import { type ApplyScores, followedOf, type LiveBoard, type Projected, type ProjectStandings, type SubmitScore } from '@scoreboard/application';
import type { Board, ScoreCommand, Trace } from '@scoreboard/domain';

/** Follows single points, for logs or traces. Told at each station, in order; must not throw, and returns at once. */
export interface Trail {
  /** Whether a request is named on the way beyond the ledger. */
  follows(trace: Trace): boolean;
  /** The command became durable, which took `seconds`. */
  accepted?(command: ScoreCommand, seconds: number): void;
  /** The ledger took a batch, which took `seconds`. */
  applied?(commands: readonly ScoreCommand[], seconds: number): void;
  /** The leaderboard took it. */
  projected?(projected: Projected): void;
  /**
   * A board went to all who watch. `traces` are the requests that are known to be behind it (see `followedOf`), the first of which
   * came at `since`, in ms since 1970.
   */
  pushed?(board: Board, traces: readonly Trace[], since: number): void;
}

/** The stations that a role has. */
export interface Stations {
  readonly submitScore?: SubmitScore;
  readonly applyScores?: ApplyScores;
  readonly projection?: ProjectStandings;
  readonly live?: LiveBoard;
  readonly audience?: { onPush: (board: Board) => void };
}

/** Lets these stations tell these trails; where there is no trail, nothing is told and nothing is computed for it. */
export function follow(trails: readonly Trail[], { submitScore, applyScores, projection, live, audience }: Stations): void {
  if (!trails.length) return;
  if (submitScore) submitScore.onAccepted = (command, seconds) => trails.forEach((trail) => trail.accepted?.(command, seconds));
  if (applyScores) followBatches(trails, applyScores);
  if (projection) projection.onProjected = (projected) => trails.forEach((trail) => trail.projected?.(projected));
  if (live && audience) followPushes(trails, live, audience);
}

function followBatches(trails: readonly Trail[], applyScores: ApplyScores): void {
  const measure = applyScores.onBatch;
  applyScores.onBatch = (commands, seconds) => {
    measure?.(commands, seconds);
    for (const trail of trails) trail.applied?.(commands, seconds);
  };
  applyScores.follow = (commands) => commands.flatMap(({ trace }) => (trace && trails.some((trail) => trail.follows(trace)) ? [trace] : []));
}

/** Hints name requests, and a push shows what several hints brought. */
function followPushes(trails: readonly Trail[], live: LiveBoard, audience: { onPush: (board: Board) => void }): void {
  let waiting: readonly Trace[] = [];
  let since = 0;
  let pushed = 0;
  const tell = (board: Board, traces: readonly Trace[], from: number) => trails.forEach((trail) => trail.pushed?.(board, traces, from));
  live.onFollowed = (traces, board) => {
    if (board.revision <= pushed) return tell(board, traces, Date.now()); // a read was faster than the hint
    if (!waiting.length) since = Date.now();
    waiting = followedOf([...waiting, ...traces]);
  };
  audience.onPush = (board) => {
    pushed = board.revision;
    tell(board, waiting, since);
    waiting = [];
  };
}
