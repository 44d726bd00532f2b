/** A message that could not be applied. */
export interface DeadLetter {
  readonly reason: string;
  /** When it was put here, where that is known; RFC 3339. */
  readonly at?: string;
  /** What is wrong with a malformed one. */
  readonly problem?: string;
  /** The command's id; absent where it holds none. Of a message with several commands the first one's. */
  readonly commandId?: string;
  /** The id of the request that brought it, where that is known; not of a message with several commands, which has one for each. */
  readonly traceId?: string;
  /** What it holds; of more than `MAX_SHOWN_LENGTH` characters the beginning, with the length. */
  readonly content: string;
}

/** The most characters of a letter that are shown. */
export const MAX_SHOWN_LENGTH = 4_096;

/** A letter's content as it is shown: `length` is that of the whole, of which `content` may be a part. */
export const shownContent = (content: string, length = content.length): string =>
  length <= MAX_SHOWN_LENGTH ? content : `${content.slice(0, MAX_SHOWN_LENGTH)}… (the beginning of ${length})`;

/** What could not be applied, for an operator to look at and decide about. Operators take turns: two at once see each other's letters missing. */
export abstract class DeadLetters {
  /** All of them, oldest first; they stay where they are. */
  abstract list(): AsyncIterable<DeadLetter>;

  /**
   * Queues commands again, all or those of the letter with this command id, and resolves with the number of letters. A letter goes once the
   * queue has its commands: broken off, one may be there and queued, which is harmless. What still cannot be applied comes back; what holds
   * no command stays.
   */
  abstract replay(commandId?: string): Promise<number>;

  /** Forgets all, or the one with this command id, for good; resolves with how many. */
  abstract drop(commandId?: string): Promise<number>;
}
