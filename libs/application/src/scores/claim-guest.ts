import { type ClaimRefusal, grants, GUEST_ID, GuestClaims, type Identity, MAX_TOTAL, Refusal, type RefusalCode } from '@scoreboard/domain';
import type { TokenSigner, TokenVerifier } from '../auth/token-verifier';
import type { ErrorReporter } from '../errors/error-reporter';
import { changeLedger } from '../errors/ledger-reads';
import type { ProjectStandings } from '../leaderboard/project-standings';

/** More updates would make others wait too long for the ledger. */
export const MAX_CLAIMED_UPDATES = 10_000;

/** What a claim moved from a guest to the player. */
export interface ClaimedPoints {
  /** The player. */
  readonly userId: string;
  readonly points: number;
  /** How many updates earned these points. */
  readonly updates: number;
}

/**
 * Moves the points of a guest to the player who signs in, once. Repeated by the same player, it moves nothing and returns the same numbers. Updates of the
 * guest that were accepted before and are still queued follow when they are applied (`ApplyScores`).
 *
 * When this resolves, boards show the change; while the leaderboard is unavailable, they show it after `FollowLedger` has closed the gap. Refusals:
 * `insufficient-scope`, `no-user`, `guest-cannot-claim`, `invalid-guest-token`, `guest-claimed`, `guest-hidden`, `claim-too-large`, `keys-unavailable`,
 * `ledger-unavailable`.
 */
export class ClaimGuest {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly signer: TokenSigner | null,
    private readonly claims: GuestClaims,
    private readonly projection: ProjectStandings,
    private readonly errors: ErrorReporter,
    /** The most points that one claim moves; 0: guests cannot be claimed. */
    private readonly maxPoints: number,
  ) {}

  /** Whether guests can be claimed here at all. */
  get isOn(): boolean {
    return this.maxPoints > 0 && this.signer !== null;
  }

  async execute(player: Identity, guestToken: string): Promise<ClaimedPoints> {
    if (!grants(player, 'scores:write')) throw new Refusal('insufficient-scope', { detail: 'The scope scores:write is required.' });
    const { userId } = player;
    if (userId === undefined) throw new Refusal('no-user', { detail: `The claim ${player.missingUserClaim}, which names the user, is missing or not a valid user id.` });
    if (this.isGuest(player)) throw new Refusal('guest-cannot-claim', { detail: 'Send the token of a player who has signed in as Authorization, not that of a guest.' });
    const guest = await this.verify(guestToken);
    return changeLedger(this.errors, async () => {
      const claim = await this.claims.claim(guest.subject, userId, { points: this.maxPoints, updates: MAX_CLAIMED_UPDATES });
      if (typeof claim === 'string') throw this.refusal(claim);
      this.projection.add(claim);
      await this.projection.idle();
      return { userId, points: claim.points, updates: claim.updates };
    });
  }

  private async verify(guestToken: string): Promise<Identity> {
    const guest = await this.verifier.verify(guestToken).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'unauthenticated') throw new Refusal('invalid-guest-token', { detail: `guestToken: ${error.message}` });
      throw error;
    });
    if (!this.isGuest(guest)) throw new Refusal('invalid-guest-token', { detail: 'guestToken: not the token of a guest. Send one that POST /api/auth/guest returned.' });
    return guest;
  }

  /** A provider may have a user with such an id, but not our issuer. */
  private isGuest({ issuer, subject, userId, actionGrant }: Identity): boolean {
    return !actionGrant && issuer === this.signer?.issuer && userId === subject && GUEST_ID.test(subject);
  }

  private refusal(why: ClaimRefusal): Refusal {
    const refusals: Readonly<Record<ClaimRefusal, readonly [RefusalCode, string]>> = {
      'claimed': ['guest-claimed', 'Another player has the points of this guest.'],
      'hidden': ['guest-hidden', 'A moderator hid this guest, so the points stay with the guest.'],
      'too-much': ['claim-too-large', `The guest has more than ${this.maxPoints} points, or more than ${MAX_CLAIMED_UPDATES} updates. Nothing was moved.`],
      'total-limit': ['claim-too-large', `The player's total would exceed ${MAX_TOTAL}. Nothing was moved.`],
    };
    const [code, detail] = refusals[why];
    return new Refusal(code, { detail });
  }
}
