import type { RankedScore } from './standing';

/**
 * A snapshot of the top ten.
 *
 * A changed board always has a higher revision than the previous one, even after restarts or the loss of any
 * server. Of two boards, the one with the higher revision is newer.
 */
export interface Board {
  readonly revision: number;
  /** Best first, at most `BOARD_SIZE`. */
  readonly entries: readonly RankedScore[];
}

/** The revision of a changed board: higher than the current one, and at least the ledger sequence that the board shows. */
export const nextRevision = (held: number, ledgerSequence: number): number => Math.max(held + 1, ledgerSequence);
