import type { KeyObject } from 'node:crypto';
import type { JwsHeader } from './jws';

/** Where the keys are that tokens are verified with. */
export interface KeySource {
  /**
   * The key that must have signed a token with this header; undefined where there is none. At once where it is at hand.
   * Throws the refusal `keys-unavailable` where nobody can tell now.
   */
  find(header: JwsHeader): KeyObject | undefined | Promise<KeyObject | undefined>;

  /** Whether the keys are at hand and fresh. */
  isUp(): boolean;
}

/** One key of the operator's, whatever a token calls it. */
export const fixedKey = (key: KeyObject): KeySource => ({ find: () => key, isUp: () => true });
