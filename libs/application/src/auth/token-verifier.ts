import type { ActionGrant, Identity } from '@scoreboard/domain';

/** Tolerated clock difference, in seconds: a token is accepted this long after its `exp`. */
export const TOLERANCE_SECONDS = 5;

/** Longer tokens are refused without parsing. Enough for a token with 150 roles; less than the 16 KiB limit of request headers. */
export const MAX_TOKEN_BYTES = 8 * 1024;

/** Verifies bearer tokens and returns the identity. */
export abstract class TokenVerifier {
  /** The identity of a token that was verified before and is still remembered; undefined: call `verify`. O(1). */
  abstract recall(token: string): Identity | undefined;

  /**
   * Rejects with `unauthenticated` if the token is malformed, expired, not yet valid, or not signed by a trusted key (with `isExpired`
   * if expiry is the only reason), and with `keys-unavailable` if the key is unknown and the key provider is unavailable. Makes no
   * network call unless a key must be fetched; then it takes up to the timeout of the provider.
   */
  abstract verify(token: string): Promise<Identity>;

  /** Whether the keys are loaded and fresh; false while their provider is unavailable. */
  abstract isUp(): boolean;
}

/** A public key as published (RFC 7517): `kid`, `use`, `alg` and the members of the key type. */
export type PublicJwk = Readonly<Record<string, string>> & { readonly kid: string; readonly alg: string };

/** Signs tokens; absent if this process has no signing key. */
export abstract class TokenSigner {
  /** The public key that verifies the tokens; undefined if they are signed with a secret. */
  abstract readonly publicKey?: PublicJwk;

  /** `iss` of its tokens; empty if they have none. */
  abstract readonly issuer: string;

  /** Returns a token for `subject` with these scopes, or an action token; valid for `expiresIn` seconds. */
  abstract sign(subject: string, grant: readonly string[] | ActionGrant, expiresIn: number): Promise<string>;
}
