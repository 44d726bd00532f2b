/**
 * A user's total with the sequence numbers that make it comparable.
 *
 * Absolute, never a difference: a standing may be delivered twice, late or out of order, and the
 * receiver keeps the one with the highest `version`.
 */
export interface Standing {
  readonly userId: string;
  readonly score: number;
  /** Sequence of the last change of score. Breaks ties: who reached the score first stands first. */
  readonly reachedAt: number;
  /** Sequence of the last change of any kind; the only guard against older deliveries. */
  readonly version: number;
  /** A hidden user keeps score and history, and stands on no board. */
  readonly hidden: boolean;
}

/** A user's place: rank 1 is best, no two users share one. */
export interface RankedScore {
  readonly rank: number;
  readonly userId: string;
  readonly score: number;
}

/** What is known of one user: `rank` is null for one who stands on no board (hidden, or without a score). */
export interface Place {
  readonly userId: string;
  readonly score: number;
  readonly rank: number | null;
  /** The standing's version, to tell whether a certain change is in it. */
  readonly version: number;
}

/** Whether a standing takes a place in the order at all. */
export const isRanked = (standing: Standing): boolean => !standing.hidden && standing.score > 0;

/** The total order of a leaderboard: score descending, then who reached it first. Negative when `a` stands before `b`. */
export const compareStandings = (a: Pick<Standing, 'score' | 'reachedAt'>, b: Pick<Standing, 'score' | 'reachedAt'>): number =>
  b.score - a.score || a.reachedAt - b.reachedAt;
