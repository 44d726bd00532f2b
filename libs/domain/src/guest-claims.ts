import type { LedgerChange } from './score-ledger';

/** The user id of a guest that this service created. */
export const GUEST_ID = /^guest-[A-Za-z0-9_-]{12}$/;

/** What a claim may move at most. */
export interface ClaimLimits {
  readonly points: number;
  /** Limits how long updates wait meanwhile. */
  readonly updates: number;
}

/** What a claim moved. A repeated claim returns the numbers of the first one, and an empty range. */
export interface GuestClaim extends LedgerChange {
  readonly points: number;
  /** How many updates earned these points. */
  readonly updates: number;
}

/**
 * Why nothing moved: another player `claimed` the guest; the guest is `hidden`; the guest has `too-much` for the limits; the player's total would exceed
 * `MAX_TOTAL` (`total-limit`).
 */
export type ClaimRefusal = 'claimed' | 'hidden' | 'too-much' | 'total-limit';

/**
 * Points of guests that move to players. It takes the same lock and sequence numbers as `ScoreLedger.apply`.
 *
 * Each command of the guest that is not reversed gets two events: the guest's with its negative points, which `reverses` it, and the player's with its points.
 * So for both, the history adds up to the score. The points move in `global` and in the open periods that counted them. A closed period does not change:
 * there the guest keeps them. Both totals count as reached now.
 */
export abstract class GuestClaims {
  /** Moves all that the guest has, or nothing. A guest is claimed once: repeated by the same player, it changes nothing. O(the guest's events). */
  abstract claim(guestId: string, playerId: string, limits: ClaimLimits): Promise<GuestClaim | ClaimRefusal>;

  /**
   * Moves what came from the queue after a claim: the commands of these users that were accepted before it, oldest first, as far as they fit into the limit
   * of points. Others stay with the guest, as does what a hidden guest earns. Undefined if none of these users is claimed. Repeating it moves nothing twice.
   */
  abstract follow(userIds: readonly string[]): Promise<LedgerChange | undefined>;
}
