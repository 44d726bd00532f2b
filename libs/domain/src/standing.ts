/**
 * A user's total, with the sequence numbers that rank and order it.
 *
 * The values are absolute, never differences: a standing may be delivered twice, late or out of order, and the
 * receiver keeps the one with the highest `version`.
 */
export interface Standing {
  readonly userId: string;
  readonly score: number;
  /** Sequence of the last score change. Breaks ties: the user who reached the score first ranks higher. */
  readonly reachedAt: number;
  /** Sequence of the last change of any kind. A standing with a lower version is outdated. */
  readonly version: number;
  /** A hidden user keeps the score and the history but is not ranked. */
  readonly hidden: boolean;
}

/** A ranked user. Rank 1 is best; no two users share a rank. */
export interface RankedScore {
  readonly rank: number;
  readonly userId: string;
  readonly score: number;
}

/** One user's score and rank. `rank` is null if the user is hidden or has score 0. */
export interface Place {
  readonly userId: string;
  readonly score: number;
  readonly rank: number | null;
  /** The version of the standing, to check whether it includes a certain change. */
  readonly version: number;
}

/** Whether the user is ranked: visible, with a score above 0. */
export const isRanked = (standing: Standing): boolean => !standing.hidden && standing.score > 0;

/** The order of a leaderboard: score descending, then `reachedAt` ascending. Negative if `a` ranks before `b`. */
export const compareStandings = (a: Pick<Standing, 'score' | 'reachedAt'>, b: Pick<Standing, 'score' | 'reachedAt'>): number =>
  b.score - a.score || a.reachedAt - b.reachedAt;
