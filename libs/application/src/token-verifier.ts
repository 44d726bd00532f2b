import type { Identity } from '@scoreboard/domain';

/** Turns a bearer token into whom it speaks for. */
export abstract class TokenVerifier {
  /** The identity of a token that was verified before and has not expired; undefined means: verify it. O(1). */
  abstract recall(token: string): Identity | undefined;

  /** Throws the refusal `unauthenticated` for a token that is malformed, expired, not yet valid or not signed by our key. */
  abstract verify(token: string): Identity;
}

/** Signs tokens here; absent where this process holds no signing key. */
export abstract class TokenSigner {
  /** A token for `subject` with these scopes, good for `expiresIn` seconds. */
  abstract sign(subject: string, scopes: readonly string[], expiresIn: number): string;
}
