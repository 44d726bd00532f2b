/** A place that holds users' ids: a table, a queue, a cache. */
export abstract class PersonalData {
  /** How many records hold this id. Changes nothing. */
  abstract count(userId: string): Promise<number>;

  /**
   * Puts `pseudonym` where `userId` stands, in this place, for good, and resolves with the number of records. Points, order and
   * command ids stay. Again it finds what came in meanwhile, or nothing. Broken off, some may be left; a place says if it is all or none.
   * `progress` hears how far something long is.
   */
  abstract rename(userId: string, pseudonym: string, progress?: (done: number) => void): Promise<number>;
}

/** Tokens of the places that hold users' ids. */
export const DATABASE_PERSONAL_DATA = Symbol('users in the database');
export const IDEMPOTENCY_PERSONAL_DATA = Symbol('users in command keys');
export const DEAD_LETTER_PERSONAL_DATA = Symbol('users in dead letters');
