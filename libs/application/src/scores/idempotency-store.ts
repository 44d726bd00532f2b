/**
 * Remembers, for 24 hours at least, which content first used a command id, so that a key reused with another body
 * is refused before it is queued. The ledger stays the last judge of what this forgot.
 */
export abstract class IdempotencyStore {
  /**
   * Claims `commandId` for content with this fingerprint, atomically over all processes.
   *
   * - `first`: nobody used it in that time
   * - `same`: used before with the same content
   * - `other`: used before with other content
   * - `unsure`: not known here, and what is known may be incomplete (after a restart, or while a server is away)
   *
   * Answers within half a second whatever happens; never throws.
   */
  abstract claim(commandId: string, fingerprint: string): Promise<'first' | 'same' | 'other' | 'unsure'>;
}
