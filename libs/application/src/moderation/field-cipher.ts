/** A value that cannot be decrypted: altered, truncated, moved to another place, or encrypted with a key that is not in the ring. */
export class DecryptionError extends Error {
  constructor(place: string, problem: string, options?: ErrorOptions) {
    super(`cannot decrypt ${place}: ${problem}`, options);
    this.name = 'DecryptionError';
  }
}

/**
 * Encrypts short personal texts, bound to the place where they are stored; absent if this process has no key.
 *
 * `place` names table, column and row. A value can only be decrypted with the same place, so values cannot be swapped.
 * Encrypting the same text twice gives different bytes.
 */
export abstract class FieldCipher {
  /** The id of the current key. */
  abstract readonly currentKey: string;

  /** The prefix of every value encrypted with the current key, and of no other value. */
  abstract readonly mark: Buffer;

  /** Encrypts with the current key. */
  abstract seal(text: string, place: string): Buffer;

  /** Decrypts a value that was encrypted with any key of the ring. Throws `DecryptionError`; never returns partial text. */
  abstract open(sealed: Buffer, place: string): string;

  /**
   * The codes of a text under each key of the ring, the current one first: the key's mark, then two bytes for each character, which depend on the key, the
   * character and all characters before it. So the code of a beginning is the beginning of the code, and texts that begin alike lie together in an index.
   * Without the key, codes show which texts begin alike, and how long they are; nothing else. Two different characters have the same bytes once in 65,536 times.
   */
  abstract codes(text: string): readonly Buffer[];
}

/** The result of a key rotation. */
export interface Rotation {
  readonly reencrypted: number;
  /** One message for each record that could not be decrypted and was left unchanged. */
  readonly broken: readonly string[];
}

/** All encrypted records, for an operator who replaces a key. */
export abstract class SealedRecords {
  /** The id of the key that records are encrypted with. */
  abstract readonly currentKey: string;

  /** Number of records per key id. O(all records). */
  abstract countByKey(): Promise<Readonly<Record<string, number>>>;

  /**
   * Re-encrypts with the current key all records that use another key. Safe while the system runs; after an interruption, a new call
   * continues. `progress` is called with the number of records so far.
   */
  abstract rotate(progress?: (reencrypted: number) => void): Promise<Rotation>;
}
