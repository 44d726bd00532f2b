/** A place on a board. Rank 1 is best, and no two users share one. */
export interface RankedScore {
  readonly rank: number;
  readonly userId: string;
  readonly score: number;
}

/** The best, best first. The higher `revision` is the newer. */
export interface Board {
  readonly revision: number;
  readonly entries: readonly RankedScore[];
}

/** The player's own place; `rank` is null for one without a score, one who is hidden, and while ranks are being rebuilt. */
export interface Me {
  readonly userId: string;
  readonly score: number;
  readonly rank: number | null;
}

/** `live`: what is shown is the newest. `reconnecting`: it may be old, since there is no connection or the gateway has none to the leaderboard. `offline`: the machine has no network, or `close` was called. */
export type ConnectionState = 'live' | 'reconnecting' | 'offline';

/** What `Scoreboard.on` tells, by the name of the event. */
export interface ScoreboardEvents {
  /** The ten best, whole, each time they change. Never one that is older than one told before. */
  'top': Board;
  /** The player's own score and place; needs a token. */
  'me': Me;
  /** The player among five neighbours on either side; needs a token. Empty for one without a place. */
  'around:me': readonly RankedScore[];
  /** The n best, n from 1 to 100. */
  [top: `top:${number}`]: Board;
  'state': ConnectionState;
  /**
   * What went wrong, each time it is tried again: no connection (a `ConnectionError` that says what was tried, what came back and what to do), a token
   * that the server refuses, a token hook that threw, a channel that the server refused. Told on the console where nobody listens.
   */
  'error': Error;
}

/** What became of an update that the server took: from here on it counts exactly once. */
export interface Receipt {
  readonly commandId: string;
  readonly userId: string;
  readonly scoreIncrement: number;
  /** `applied` comes with the total and the place, where `waitSeconds` was given and enough. */
  readonly status: 'accepted' | 'applied';
  readonly score?: number;
  readonly rank?: number | null;
}
