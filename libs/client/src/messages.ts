/** How a user appears; either may be missing. Show names as text, never as markup. */
export interface Profile {
  readonly name?: string;
  /** `https://…`, from anywhere: load it only from origins that you trust. */
  readonly avatarUrl?: string;
}

/** An entry of a board. Rank 1 is the best; no two users share a rank. */
export interface RankedScore extends Profile {
  readonly rank: number;
  readonly userId: string;
  readonly score: number;
}

/** The best users, best first. A higher `revision` is newer. */
export interface Board {
  readonly revision: number;
  readonly entries: readonly RankedScore[];
}

/** The player's own score and rank. `rank` is null without a score, for a hidden player, and while ranks are being rebuilt. */
export interface Me extends Profile {
  readonly userId: string;
  readonly score: number;
  readonly rank: number | null;
}

/** Names the board, and its period that counts now: `2026-11-28`, `2026-W48`, `2026-11`, `2026`, or the id of a season. A new period begins with empty boards. */
export interface InPeriod {
  readonly board: string;
  readonly period: string;
  /** Present while the board lacks what was before it was added: the period counts what was applied after this moment, in RFC 3339. */
  readonly countsFrom?: string;
}

/** `live`: the board is up to date. `reconnecting`: it may be out of date, because there is no connection, or the gateway cannot read the leaderboard. `offline`: the machine has no network, or `close` was called. */
export type ConnectionState = 'live' | 'reconnecting' | 'offline';

/** The events of `Scoreboard.on`, with their data. */
export interface ScoreboardEventMap {
  /** The complete top ten, on each change. Never older than a board reported before. */
  'top': Board;
  /** The player's own score and rank; needs a token. */
  'me': Me;
  /** The player with up to five neighbors on either side; needs a token. Empty if the player has no rank. */
  'around:me': readonly RankedScore[];
  /** The best n users, n from 1 to 100. */
  [top: `top:${number}`]: Board;
  /**
   * The same of another board than `global`, such as `top@week`. When a period of the board ends, the state of the next one is reported,
   * with another `period`. Never older than a state reported before.
   */
  [top: `top@${string}`]: Board & InPeriod;
  [me: `me@${string}`]: Me & InPeriod;
  [top: `top:${number}@${string}`]: Board & InPeriod;
  [around: `around:me@${string}`]: InPeriod & { readonly entries: readonly RankedScore[] };
  'state': ConnectionState;
  /**
   * An error that is retried, reported on each attempt: a failed connection (a `ConnectionError` that says what was tried, what came back and what to do),
   * a refused token, a token hook that threw, a refused channel. Logged to the console if there is no listener.
   */
  'error': Error;
}

/** The receipt of an accepted update: from now on it counts exactly once. */
export interface Receipt {
  readonly commandId: string;
  readonly userId: string;
  readonly scoreIncrement: number;
  /** `applied` if the update was applied within `waitSeconds`; then `score` and `rank` are present. */
  readonly status: 'accepted' | 'applied';
  readonly score?: number;
  readonly rank?: number | null;
}
