import type { LedgerChange } from '@scoreboard/domain';

/** All states of a flag. */
export const FLAG_STATES = ['open', 'cleared', 'confirmed'] as const;

/** `open` waits for a moderator. `cleared`: nothing was wrong. `confirmed`: the points were taken back. */
export type FlagState = (typeof FLAG_STATES)[number];

/** An update that broke a rule. */
export interface BrokenRule {
  readonly rule: string;
  /** Of the update. */
  readonly sequence: number;
  readonly weight: number;
  readonly reason: string;
  /** Whether the player is hidden until a moderator has decided. */
  readonly holds: boolean;
}

/** What a rule found in a player. */
export interface PlayerFlag {
  readonly id: number;
  readonly userId: string;
  readonly rule: string;
  readonly weight: number;
  /** Of the first update. */
  readonly reason: string;
  readonly holds: boolean;
  readonly state: FlagState;
  readonly raisedAt: Date;
  /** How many updates broke the rule, 1,000 at most, and their points. */
  readonly updates: number;
  readonly points: number;
  /** The last decision, also that of opening it again. */
  readonly settled?: { readonly by: string; readonly at: Date; readonly note: string };
}

/** The place of a flag in its list. */
export type FlagPosition = Pick<PlayerFlag, 'weight' | 'id'>;

export interface RaisedFlags extends LedgerChange {
  /** How many flags are new. */
  readonly raised: number;
}

export interface SettledFlag extends LedgerChange {
  /** False if the flag was not in a state that this decision changes. */
  readonly isChanged: boolean;
  /** How many updates were taken back or brought back, and their points. */
  readonly updates: number;
  readonly points: number;
}

/**
 * Flags, durable. They are changed under the lock of the ledger, in turn with updates, and each change is a ledger event: so of two decisions at the same time one
 * comes first, and the other changes nothing.
 */
export abstract class PlayerFlags {
  /**
   * Stores that updates broke rules, in one transaction. As long as a flag of the player and rule is open, further updates are added to it. A repeated call changes
   * nothing: an update that is not newer than the newest one of its player and rule is known. A flag that holds hides the player, unless the player is hidden.
   */
  abstract raise(broken: readonly BrokenRule[]): Promise<RaisedFlags>;

  /**
   * Decides about an open flag, or opens one again (`open`). A decision shows the player again if a rule hid them, no other open flag holds them and no moderator
   * has hidden them since. `confirmed` takes the points of its updates back, and opening it again brings these back as new updates.
   */
  abstract settle(id: number, outcome: FlagState, by: string, note: string): Promise<SettledFlag>;

  /** The heaviest first, of the same weight the newest; only those behind `after` if given. O(limit). */
  abstract list(state: FlagState, limit: number, after?: FlagPosition): Promise<readonly PlayerFlag[]>;

  /** Resolves with undefined if no flag has this id. */
  abstract find(id: number): Promise<PlayerFlag | undefined>;

  /** How many are open. */
  abstract countOpen(): Promise<number>;
}
