import type { ActionGrant, Identity } from '@scoreboard/domain';

/** Seconds by which clocks may differ: so long after its `exp` a token is still good. */
export const TOLERANCE_SECONDS = 5;

/** A longer token is refused unread. Room for one with 150 roles; below the 16 KiB that the head of a request may have. */
export const MAX_TOKEN_BYTES = 8 * 1024;

/** Turns a bearer token into whom it speaks for. */
export abstract class TokenVerifier {
  /** The identity of a token that was verified a while ago and has not expired; undefined means: verify it. O(1). */
  abstract recall(token: string): Identity | undefined;

  /**
   * Rejects with the refusal `unauthenticated` for a token that is malformed, expired, not yet valid or not signed by a key
   * that is trusted here (with `isExpired` where its expiry alone is why), and with `keys-unavailable` where nobody can tell, since the provider of the keys is away. At once,
   * unless a key must be fetched first: then within the few seconds that the provider is given.
   */
  abstract verify(token: string): Promise<Identity>;

  /** Whether the keys are at hand and fresh; false while their provider is away. */
  abstract isUp(): boolean;
}

/** A public key as the outside gets it (RFC 7517): `kid`, `use`, `alg` and the key's own members. */
export type PublicJwk = Readonly<Record<string, string>> & { readonly kid: string; readonly alg: string };

/** Signs tokens here; absent where this process holds no signing key. */
export abstract class TokenSigner {
  /** What others may verify its tokens with; undefined where they are signed with a secret. */
  abstract readonly publicKey?: PublicJwk;

  /** A token for `subject` with these scopes, or an action token; good for `expiresIn` seconds. */
  abstract sign(subject: string, grant: readonly string[] | ActionGrant, expiresIn: number): Promise<string>;
}
