/**
 * Remembers for at least 24 hours which content first used a command id, so that a key reused with another body
 * is refused before it is queued. The ledger detects the conflicts that this store has forgotten.
 */
export abstract class IdempotencyStore {
  /**
   * Claims `commandId` for the content with this fingerprint, atomically across all processes.
   *
   * - `first`: not used in the last 24 hours
   * - `same`: used before with the same content
   * - `other`: used before with other content
   * - `unsure`: unknown, but the stored claims may be incomplete (after a restart, or while a server is unavailable)
   *
   * Always answers within 500 ms; never throws.
   */
  abstract claim(commandId: string, fingerprint: string): Promise<'first' | 'same' | 'other' | 'unsure'>;
}
