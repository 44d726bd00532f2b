/** Something sealed that cannot be opened here: altered, cut, moved to another place, or sealed under a key that is not in the ring. */
export class DecryptionError extends Error {
  constructor(place: string, problem: string, options?: ErrorOptions) {
    super(`${place} cannot be opened: ${problem}`, options);
    this.name = 'DecryptionError';
  }
}

/**
 * Encrypts short personal texts for the place where they are stored; absent where this process holds no key.
 *
 * `place` names table, column and row: what was sealed for one place opens at no other, so cells cannot be swapped.
 * The same text sealed twice gives different bytes.
 */
export abstract class FieldCipher {
  /** The id of the current key. */
  abstract readonly currentKey: string;

  /** What everything begins with that is sealed under the current key, and nothing else. */
  abstract readonly mark: Buffer;

  /** Seals under the current key. */
  abstract seal(text: string, place: string): Buffer;

  /** Opens what any key of the ring has sealed. Throws `DecryptionError`, and never gives a part. */
  abstract open(sealed: Buffer, place: string): string;
}

/** What a rotation did. */
export interface Rotation {
  readonly resealed: number;
  /** Why each record that could not be opened stayed as it is. */
  readonly broken: readonly string[];
}

/** All that is stored sealed, for an operator who replaces a key. */
export abstract class SealedRecords {
  /** The id of the key that everything is to be sealed under. */
  abstract readonly currentKey: string;

  /** How many are sealed under each key, by its id. O(all records). */
  abstract countByKey(): Promise<Readonly<Record<string, number>>>;

  /**
   * Seals under the current key all that another key has sealed, while everything runs. Broken off and begun again it goes on where it was.
   * `progress` hears the number so far.
   */
  abstract rotate(progress?: (resealed: number) => void): Promise<Rotation>;
}
