import { type ApplyScores, type LiveBoard, MAX_FOLLOWED, type Projected, type ProjectStandings, type ScoreQueue, type SubmitScore } from '@scoreboard/application';
import type { Board, ScoreCommand, Trace } from '@scoreboard/domain';

/** Follows single points, for logs or traces. Told at each station, in order; must not throw, and returns at once. */
export interface Trail {
  /** Whether a request is named on the way beyond the ledger. */
  follows(trace: Trace): boolean;
  accepted?(command: ScoreCommand): void;
  /** One message became durable, `seconds` after its oldest command was submitted. */
  published?(commands: readonly ScoreCommand[], seconds: number): void;
  /** The ledger took a batch, which took `seconds`. */
  applied?(commands: readonly ScoreCommand[], seconds: number): void;
  /** The leaderboard took it. */
  projected?(projected: Projected): void;
  /** A board went to all who watch; `traces` are the requests that are known to be behind it, `MAX_FOLLOWED` at most. */
  pushed?(board: Board, traces: readonly Trace[]): void;
}

/** The stations that a role has. */
export interface Stations {
  readonly submitScore?: SubmitScore;
  readonly queue?: ScoreQueue;
  readonly applyScores?: ApplyScores;
  readonly projection?: ProjectStandings;
  readonly live?: LiveBoard;
  readonly audience?: { onPush: (board: Board) => void };
}

/** Lets these stations tell these trails; where there is no trail, nothing is told and nothing is computed for it. */
export function follow(trails: readonly Trail[], { submitScore, queue, applyScores, projection, live, audience }: Stations): void {
  if (!trails.length) return;
  if (submitScore) submitScore.onAccepted = (command) => trails.forEach((trail) => trail.accepted?.(command));
  if (queue) {
    const measure = queue.onConfirmed;
    queue.onConfirmed = (seconds, commands) => {
      measure?.(seconds, commands);
      for (const trail of trails) trail.published?.(commands, seconds);
    };
  }
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
  let pushed = 0;
  const tell = (board: Board, traces: readonly Trace[]) => trails.forEach((trail) => trail.pushed?.(board, traces));
  live.onFollowed = (traces, board) => {
    if (board.revision <= pushed) tell(board, traces); // a read was faster than the hint
    else waiting = [...waiting, ...traces].slice(-MAX_FOLLOWED);
  };
  audience.onPush = (board) => {
    pushed = board.revision;
    tell(board, waiting);
    waiting = [];
  };
}
