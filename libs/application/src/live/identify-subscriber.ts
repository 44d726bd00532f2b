import { type Identity, Refusal } from '@scoreboard/domain';
import type { TokenVerifier } from '../auth/token-verifier';

/** The result of checking the token of a new connection. */
export interface Recognition {
  /** Absent for an anonymous client. */
  readonly identity?: Identity;
  /** Whether the token was only expired: the client is then notified and continues anonymously. */
  readonly hasExpired: boolean;
}

const NOBODY: Recognition = { hasExpired: false };

/** Identifies the client of a connection by its token. */
export class IdentifySubscriber {
  constructor(private readonly verifier: TokenVerifier) {}

  /**
   * For a new connection. The client is anonymous without a token, with an expired token, and with an action token, which only
   * allows an update. Rejects with `unauthenticated` for any other invalid token, and with `keys-unavailable` if it cannot be verified now.
   */
  async execute(token: unknown): Promise<Recognition> {
    if (token === undefined || token === null) return NOBODY;
    try {
      const identity = await this.verify(token);
      return identity.actionGrant ? NOBODY : { identity, hasExpired: false };
    } catch (error) {
      if (error instanceof Refusal && error.details.isExpired) return { hasExpired: true };
      throw error;
    }
  }

  /** For an open connection: the identity of a valid token. Rejects as `TokenVerifier.verify` does, and with `unauthenticated` for an action token. */
  async again(token: unknown): Promise<Identity> {
    const identity = await this.verify(token);
    if (identity.actionGrant) throw new Refusal('unauthenticated', { detail: 'An action token only allows a score update.' });
    return identity;
  }

  private async verify(token: unknown): Promise<Identity> {
    if (typeof token !== 'string') throw new Refusal('unauthenticated', { detail: 'Send the token as a string.' });
    return this.verifier.verify(token);
  }
}
