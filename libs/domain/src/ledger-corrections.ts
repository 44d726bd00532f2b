import type { LedgerChange } from './score-ledger';

/** Which of a user's commands to take back: all, or those of a time, of one action, or both. */
export interface EarnedWindow {
  readonly userId: string;
  /** Applied then or later. */
  readonly from?: Date;
  /** Applied before then. */
  readonly to?: Date;
  readonly action?: string;
}

/** What one transaction took back. */
export interface Reversal extends LedgerChange {
  /** How many of the commands stand in the ledger, taken back now or before. */
  readonly known: number;
  /** How many it took back now. */
  readonly reversed: number;
  /** The points it took back, 0 or more. */
  readonly points: number;
}

/**
 * What a moderator changes in the ledger, beside `ScoreLedger`, in turns with it and in its sequence: whoever follows the
 * ledger's events finds these changes as any other. Nothing is ever deleted, and all of it may be done twice.
 */
export abstract class LedgerCorrections {
  /**
   * Takes commands back in one transaction: each that was applied gets one event of the negative points, with an id derived
   * from its own, so a second time changes nothing. The total falls, never below 0, and counts as reached now: the user stands
   * behind those who had that score. Ids that are unknown or themselves reversals are passed over. Meant for 1,000 at the most.
   */
  abstract reverse(commandIds: readonly string[]): Promise<Reversal>;

  /** Commands of a window, newest first, those below sequence `before` where it is given; taken back or not. O(the user's events). */
  abstract earned(window: EarnedWindow, limit: number, before?: number): Promise<readonly { readonly commandId: string; readonly seq: number }[]>;

  /**
   * Hides a user, who may never have scored, or shows one again. Keeps score, history and place; takes one sequence number where
   * it changes something. Hidden stays hidden, whatever is earned or taken back.
   */
  abstract setHidden(userId: string, hidden: boolean): Promise<LedgerChange>;
}
