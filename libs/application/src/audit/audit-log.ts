/** One privileged action: who did what to whom, and why. */
export interface AuditEntry {
  /** A short name of the action, such as `hide` or `client.add`. */
  readonly act: string;
  /** The token's subject, the client id, or the operator's name. Entries of operators have `console` in `details`. */
  readonly actor: string;
  /** The affected user, command or client. */
  readonly target?: string;
  readonly reason?: string;
  /** The parameters, as JSON. Stored in plain text: must not contain personal data. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The IP address of the actor's client. Stored encrypted, or not at all if there is no key. */
  readonly address?: string;
}

/** A stored entry. `address` is null if one is stored but this process has no keys. */
export interface RecordedEntry extends Omit<AuditEntry, 'address'> {
  /** UUID. */
  readonly id: string;
  readonly at: Date;
  readonly address?: string | null;
}

/** The place of an entry in the order of the log. */
export interface AuditPosition {
  /** Microseconds since the Unix epoch. */
  readonly micros: number;
  /** The order of entries of the same instant. */
  readonly place: number;
}

/** Which entries are meant; all of them without any field. Texts are compared as a whole. */
export interface AuditFilter {
  readonly act?: string;
  readonly actor?: string;
  readonly target?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

export interface PlacedEntry extends RecordedEntry {
  readonly position: AuditPosition;
}

/**
 * The append-only log of privileged actions. Append before acting, and do not act if that fails: then every action is logged,
 * although a logged action may have failed.
 */
export abstract class AuditLog {
  /** Durable on return. A repeated call adds another entry. Throws if the database is unavailable. */
  abstract append(entry: AuditEntry): Promise<void>;

  /** The newest `limit` entries, newest first; only those after `since` if given. Throws `DecryptionError` if an address cannot be decrypted. */
  abstract newest(limit: number, since?: Date): Promise<readonly RecordedEntry[]>;

  /** The newest `limit` matching entries, newest first; only those that stand before `before` in the log if given. Throws as `newest` does. */
  abstract find(filter: AuditFilter, limit: number, before?: AuditPosition): Promise<readonly PlacedEntry[]>;
}
