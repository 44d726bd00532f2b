/** A command that counts toward the limit of its action. */
export interface CountedCommand {
  readonly commandId: string;
  readonly userId: string;
  readonly action: string;
}

/**
 * Counts the commands of each user and action over the last minute.
 *
 * A command counts once: if it is repeated within 24 hours, it is allowed and not counted again. Refused commands do not count,
 * so a client that waits for the given time is allowed.
 */
export abstract class ActionCounts {
  /**
   * Counts the command if fewer than `perMinute` were counted, atomically across all processes. Returns 0 if it is allowed,
   * otherwise the seconds, 1 to 60, until the next one is allowed.
   *
   * Always answers within 500 ms; never throws. While a server is unavailable, each process counts on its own.
   */
  abstract take(command: CountedCommand, perMinute: number): Promise<number>;
}
