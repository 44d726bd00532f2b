import type { RankedScore } from './standing';

/**
 * The first ten of a leaderboard, whole.
 *
 * A board that differs from the one before bears a higher revision, over restarts and the loss of any
 * server; so of two boards the one with the higher revision is the newer.
 */
export interface Board {
  readonly revision: number;
  /** Best first, `BOARD_SIZE` at most. */
  readonly entries: readonly RankedScore[];
}

/** The revision of a changed board: above the one held, and not below the ledger's sequence it shows. */
export const nextRevision = (held: number, ledgerSequence: number): number => Math.max(held + 1, ledgerSequence);
