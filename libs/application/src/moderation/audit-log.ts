/** One act of somebody with more rights than a player: who did what to whom, and why. */
export interface AuditEntry {
  /** A short name of what was done, such as `hide` or `client.add`. */
  readonly act: string;
  /** The token's subject, the client's id, or the name of the operator, whose acts have `console` among the details. */
  readonly actor: string;
  /** The user, command or client it was done to. */
  readonly target?: string;
  readonly reason?: string;
  /** What was asked, as JSON. Nothing personal: it is stored as it is. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The address of the actor's client. Stored sealed, or not at all where there is no key. */
  readonly address?: string;
}

/** An entry as it stands in the trail. `address` is null where one is stored that this process has no keys for. */
export interface RecordedEntry extends Omit<AuditEntry, 'address'> {
  /** UUID. */
  readonly id: string;
  readonly at: Date;
  readonly address?: string | null;
}

/**
 * The trail of such acts, only ever appended to. Append before acting: where that fails the act must not happen, so
 * nothing is done that the trail does not know; an entry whose act then failed is possible.
 */
export abstract class AuditLog {
  /** On return it is durable. Appended again it is another entry. Throws where the database is away. */
  abstract append(entry: AuditEntry): Promise<void>;

  /** The newest `limit` entries, newest first, those after `since` where it is given. Throws `DecryptionError` where an address was tampered with. */
  abstract newest(limit: number, since?: Date): Promise<readonly RecordedEntry[]>;
}
