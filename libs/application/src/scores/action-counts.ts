/** A command that counts towards the limit of its action. */
export interface CountedCommand {
  readonly commandId: string;
  readonly userId: string;
  readonly action: string;
}

/**
 * Counts the commands of each user and action over the last minute.
 *
 * A command counts once: taken again within 24 hours, however often, it is let through and changes nothing. What was refused
 * does not count, so who waits as long as told gets through.
 */
export abstract class ActionCounts {
  /**
   * Takes one of `perMinute` places, atomically over all processes. Returns 0 where it was taken, else the seconds, 1 to 60,
   * until the next one is free.
   *
   * Answers within half a second whatever happens; never throws. While a server is away each process counts for itself.
   */
  abstract take(command: CountedCommand, perMinute: number): Promise<number>;
}
