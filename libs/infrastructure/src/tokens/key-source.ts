import { createSecretKey, type KeyObject } from 'node:crypto';
import { algorithmsOf } from '@scoreboard/infrastructure/config';
import type { CryptoKey } from 'jose';

/** The key information in a token's header. Untrusted: only used to find candidate keys. */
export interface KeyHint {
  readonly alg: string;
  readonly kid?: string;
}

/** A key that verifies tokens. */
export interface VerificationKey {
  /** Its `kid`, if any. */
  readonly id?: string;
  /** The only algorithms accepted with this key, whatever a token says (RFC 8725, section 3.1). */
  readonly algorithms: readonly string[];
  readonly key: KeyObject | CryptoKey;
}

/** Provides the keys that verify tokens. */
export interface KeySource {
  /**
   * The keys that may have signed a token with this header, most likely first. Loaded keys come first, without waiting. If
   * none of them fits and another may exist, the next one waits for the provider. Throws `keys-unavailable` if the provider is
   * unavailable.
   */
  candidates(hint: KeyHint): Iterable<VerificationKey> | AsyncIterable<VerificationKey>;

  /** Whether the keys are loaded and fresh. */
  isUp(): boolean;
}

/** A single key from the settings, for every `kid`. */
export const fixedKey = (key: VerificationKey): KeySource => ({ candidates: () => [key], isUp: () => true });

/** A public key with all algorithms that it supports. */
export const publicKey = (key: KeyObject): VerificationKey => ({ key, algorithms: algorithmsOf(key) });

/** An HS256 secret. */
export const secretKey = (secret: string): VerificationKey => ({ key: createSecretKey(Buffer.from(secret)), algorithms: ['HS256'] });
