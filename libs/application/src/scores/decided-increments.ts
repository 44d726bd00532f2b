/**
 * Remembers for at least 24 hours which increment the rules decided for a command, so that a retry counts the same, and gets the same receipt,
 * whatever its rules would decide then.
 */
export abstract class DecidedIncrements {
  /** Stores the increment unless there is one, atomically across all processes; resolves with the stored one. Answers within 500 ms; never throws. */
  abstract decide(commandId: string, increment: number): Promise<number>;

  /** The stored increment, or undefined. While a server is unavailable, finds only what this process has stored. Answers within 500 ms; never throws. */
  abstract find(commandId: string): Promise<number | undefined>;
}
