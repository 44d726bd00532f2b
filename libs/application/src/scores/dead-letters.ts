/** A message that could not be applied. */
export interface DeadLetter {
  readonly reason: string;
  /** When it became a dead letter, if known; RFC 3339. */
  readonly at?: string;
  /** What is wrong with a malformed message. */
  readonly problem?: string;
  /** The command id; absent if the letter holds no command. For a message with several commands, the id of the first. */
  readonly commandId?: string;
  /** The id of the request that sent the command, if known. Absent for a message with several commands. */
  readonly traceId?: string;
  /** The content, truncated to `MAX_SHOWN_LENGTH` characters with a note of the full length. */
  readonly content: string;
}

/** Maximum number of characters of a letter that are shown. */
export const MAX_SHOWN_LENGTH = 4_096;

/** The content as shown. `length` is the full length; `content` may be only the beginning. */
export const shownContent = (content: string, length = content.length): string =>
  length <= MAX_SHOWN_LENGTH ? content : `${content.slice(0, MAX_SHOWN_LENGTH)}… (truncated, ${length} in total)`;

/**
 * The commands and messages that could not be applied, for an operator to inspect, replay or drop.
 * One operator at a time: while one call runs, its letters are invisible to others.
 */
export abstract class DeadLetters {
  /** All letters, oldest first. Changes nothing. */
  abstract list(): AsyncIterable<DeadLetter>;

  /**
   * Queues commands again, all or those of the letter with this command id, and resolves with the number of letters. A letter is removed
   * after its commands are queued; after an interruption it may be both queued and stored, which is harmless. Commands that still
   * cannot be applied become dead letters again. Letters without a command are kept.
   */
  abstract replay(commandId?: string): Promise<number>;

  /** Deletes all letters, or the one with this command id; resolves with the number deleted. */
  abstract drop(commandId?: string): Promise<number>;
}
