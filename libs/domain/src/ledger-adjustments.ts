import type { LedgerChange } from './score-ledger';

/** Selects the commands of one user to reverse: all of them, or only those in a time range, of one action, or both. */
export interface EarnedWindow {
  readonly userId: string;
  /** Applied at or after this time. */
  readonly from?: Date;
  /** Applied before this time. */
  readonly to?: Date;
  readonly action?: string;
}

/** One command, or a user's commands in a window. */
export type ReversalTarget = { readonly commandId: string } | EarnedWindow;

/** What a reversal changed, or would change. */
export interface ReversalCount {
  /** How many of the commands are in the ledger, including those that were already reversed. */
  readonly known: number;
  /** How many commands are reversed now. */
  readonly reversed: number;
  /** The points removed now, 0 or more. */
  readonly points: number;
}

/** What one transaction reversed. */
export interface Reversal extends LedgerChange, ReversalCount {}

/** Why a user is hidden, and which moderator did it. */
export interface HidingReason {
  readonly reason: string;
  /** The subject of the moderator's token. */
  readonly by: string;
}

/** A user who is currently hidden. Reason and moderator are absent if an older build hid the user: it stored them only in the audit log. */
export interface HiddenUser extends Partial<HidingReason> {
  readonly userId: string;
  readonly since: Date;
  /** The event that hid the user. */
  readonly seq: number;
}

/**
 * The changes a moderator makes to the ledger. They take the same lock and sequence numbers as `ScoreLedger.apply`, so
 * followers of the ledger see them like any other event. Nothing is ever deleted, and every call is idempotent.
 */
export abstract class LedgerAdjustments {
  /**
   * Reverses commands in one transaction: each applied command gets one event with the negative points, under an id that no
   * command can have. A command that already has such an event is skipped, so a repeated call changes nothing. The total
   * decreases, never below 0, and counts as reached now: the user ranks behind others who already had that score. Unknown ids
   * and ids of reversals are skipped. Intended for at most 1,000 commands.
   */
  abstract reverse(commandIds: readonly string[]): Promise<Reversal>;

  /** The commands in a window, newest first, including reversed ones; only those below sequence `before` if given. O(the user's events). */
  abstract earned(window: EarnedWindow, limit: number, before?: number): Promise<readonly { readonly commandId: string; readonly seq: number }[]>;

  /** What reversing this target would change now. Changes nothing. O(the user's events). */
  abstract countReversal(target: ReversalTarget): Promise<ReversalCount>;

  /**
   * Hides a user, even one who has never scored, or shows a user again. Keeps the score, the history and the position among ties.
   * Takes one sequence number if anything changes. A hidden user stays hidden when points are earned or reversed. Hiding a
   * hidden user only replaces the reason and the moderator.
   */
  abstract setHidden(userId: string, hidden: boolean, why: HidingReason): Promise<LedgerChange>;

  /** The users who are currently hidden, most recently hidden first; only those below sequence `before` if given. O(limit). */
  abstract hiddenUsers(limit: number, before?: number): Promise<readonly HiddenUser[]>;
}
