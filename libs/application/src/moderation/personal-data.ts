/** A place that stores user ids: tables, a queue, a cache. */
export abstract class PersonalData {
  /** Number of records that contain this id. Changes nothing. */
  abstract count(userId: string): Promise<number>;

  /**
   * Replaces `userId` with `pseudonym` in this place, permanently, and resolves with the number of records. Points, ranks and
   * command ids stay. A repeated call renames only records added meanwhile. After an interruption some records may remain, unless the
   * implementation says that it is atomic. `progress` is called during long operations.
   */
  abstract rename(userId: string, pseudonym: string, progress?: (done: number) => void): Promise<number>;
}

/** Injection tokens of the places that store user ids. */
export const DATABASE_PERSONAL_DATA = Symbol('users in the database');
/** The injection token of `PersonalData` in remembered keys. */
export const IDEMPOTENCY_PERSONAL_DATA = Symbol('users in command keys');
/** The injection token of `PersonalData` in dead letters. */
export const DEAD_LETTER_PERSONAL_DATA = Symbol('users in dead letters');
