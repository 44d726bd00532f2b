/** Something sealed that cannot be opened here: altered, cut, moved to another place, or sealed under a key that is not in the ring. */
export class SealBroken extends Error {
  constructor(place: string, problem: string, options?: ErrorOptions) {
    super(`${place} cannot be opened: ${problem}`, options);
    this.name = 'SealBroken';
  }
}

/**
 * Encrypts short personal texts for the place where they are stored; absent where this process holds no key.
 *
 * `place` names table, column and row: what was sealed for one place opens at no other, so cells cannot be swapped.
 * The same text sealed twice gives different bytes.
 */
export abstract class Sealer {
  /** What everything begins with that is sealed under the current key, and nothing else. */
  abstract readonly mark: Buffer;

  /** Seals under the current key. */
  abstract seal(text: string, place: string): Buffer;

  /** Opens what any key of the ring has sealed. Throws `SealBroken`, and never gives a part. */
  abstract open(sealed: Buffer, place: string): string;
}
