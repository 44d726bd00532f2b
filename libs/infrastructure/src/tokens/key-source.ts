import type { KeyObject } from 'node:crypto';
import { algorithmsOf } from '@scoreboard/infrastructure/config';
import type { CryptoKey } from 'jose';

/** What a token's header says of its key: a hint where to look, and nothing more. */
export interface KeyHint {
  readonly alg: string;
  readonly kid?: string;
}

/** A key that tokens are verified with. */
export interface VerificationKey {
  /** Its `kid`; absent where it has no name. */
  readonly id?: string;
  /** The only algorithms that it is good for, whatever a token says (RFC 8725, section 3.1). */
  readonly algorithms: readonly string[];
  readonly key: KeyObject | CryptoKey;
}

/** Where the keys are that tokens are verified with. */
export interface KeySource {
  /**
   * The keys that may have signed a token with this header, the likeliest first. The keys at hand come at once; when none of
   * them fits and another may exist, the next one waits for the provider. Throws the refusal `keys-unavailable` where the
   * provider cannot be asked.
   */
  candidates(hint: KeyHint): Iterable<VerificationKey> | AsyncIterable<VerificationKey>;

  /** Whether the keys are at hand and fresh. */
  isUp(): boolean;
}

/** One key of the operator's, whatever a token calls it. */
export const fixedKey = (key: VerificationKey): KeySource => ({ candidates: () => [key], isUp: () => true });

/** A public key with all the algorithms that it is good for. */
export const publicKey = (key: KeyObject): VerificationKey => ({ key, algorithms: algorithmsOf(key) });

/** An HS256 secret. Imported once: jose would import a plain one for each token. */
export async function secretKey(secret: string): Promise<VerificationKey> {
  const key = await crypto.subtle.importKey('raw', Buffer.from(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  return { key, algorithms: ['HS256'] };
}
