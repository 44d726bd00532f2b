import { type Identity, Refusal } from '@scoreboard/domain';
import type { TokenVerifier } from '../auth/token-verifier';

/** Who connects with a token. */
export interface Recognition {
  /** Absent for a client that only watches. */
  readonly identity?: Identity;
  /** Whether the token was refused for its expiry alone: its client goes on without identity, and is told. */
  readonly hasExpired: boolean;
}

const NOBODY: Recognition = { hasExpired: false };

/** Tells who watches over a connection, by the token it brings. */
export class IdentifySubscriber {
  constructor(private readonly verifier: TokenVerifier) {}

  /**
   * For a new connection: nobody where there is no token, where the token has expired, and for an action token, which is good
   * for an update alone. Rejects with `unauthenticated` for a token that was never good, and as `TokenVerifier` where nobody can tell.
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

  /** For a connection that is open: the identity of a good token. Rejects as `TokenVerifier` does, for an action token with `unauthenticated`. */
  async again(token: unknown): Promise<Identity> {
    const identity = await this.verify(token);
    if (identity.actionGrant) throw new Refusal('unauthenticated', { detail: 'An action token is good for an update alone.' });
    return identity;
  }

  private async verify(token: unknown): Promise<Identity> {
    if (typeof token !== 'string') throw new Refusal('unauthenticated', { detail: 'Send the token as a string.' });
    return this.verifier.verify(token);
  }
}
