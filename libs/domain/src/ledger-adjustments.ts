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

/** One command, or a user's commands of a window. */
export type ReversalTarget = { readonly commandId: string } | EarnedWindow;

/** What a reversal takes back, or would. */
export interface ReversalCount {
  /** How many of the commands stand in the ledger, taken back now or before. */
  readonly known: number;
  /** How many it takes back now. */
  readonly reversed: number;
  /** The points it takes back, 0 or more. */
  readonly points: number;
}

/** What one transaction took back. */
export interface Reversal extends LedgerChange, ReversalCount {}

/** Why a user is hidden, and which moderator did it. */
export interface HidingReason {
  readonly reason: string;
  /** The subject of the moderator's token. */
  readonly by: string;
}

/** A user who is hidden now. Reason and moderator are absent where the build that hid the user kept them in the audit trail alone. */
export interface HiddenUser extends Partial<HidingReason> {
  readonly userId: string;
  readonly since: Date;
  /** The event that hid the user. */
  readonly seq: number;
}

/**
 * What a moderator changes in the ledger, beside `ScoreLedger`, in turns with it and in its sequence: whoever follows the
 * ledger's events finds these changes as any other. Nothing is ever deleted, and all of it may be done twice.
 */
export abstract class LedgerAdjustments {
  /**
   * Takes commands back in one transaction: each that was applied gets one event of the negative points, with an id derived
   * from its own, so a second time changes nothing. The total falls, never below 0, and counts as reached now: the user stands
   * behind those who had that score. Ids that are unknown or themselves reversals are passed over. Meant for 1,000 at the most.
   */
  abstract reverse(commandIds: readonly string[]): Promise<Reversal>;

  /** Commands of a window, newest first, those below sequence `before` where it is given; taken back or not. O(the user's events). */
  abstract earned(window: EarnedWindow, limit: number, before?: number): Promise<readonly { readonly commandId: string; readonly seq: number }[]>;

  /** What a reversal of this would take back now; changes nothing. O(the user's events). */
  abstract countReversal(target: ReversalTarget): Promise<ReversalCount>;

  /**
   * Hides a user, who may never have scored, or shows one again. Keeps score, history and place; takes one sequence number where
   * it changes something. Hidden stays hidden, whatever is earned or taken back. Hiding a hidden user replaces reason and moderator alone.
   */
  abstract setHidden(userId: string, hidden: boolean, why: HidingReason): Promise<LedgerChange>;

  /** The users who are hidden now, the last hidden first, those below sequence `before` where it is given. O(limit). */
  abstract hiddenUsers(limit: number, before?: number): Promise<readonly HiddenUser[]>;
}
