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

/**
 * The append-only log of privileged actions. Append before acting, and do not act if that fails: then every action is logged,
 * although a logged action may have failed.
 */
export abstract class AuditLog {
  /** Durable on return. A repeated call adds another entry. Throws if the database is unavailable. */
  abstract append(entry: AuditEntry): Promise<void>;

  /** The newest `limit` entries, newest first; only those after `since` if given. Throws `DecryptionError` if an address cannot be decrypted. */
  abstract newest(limit: number, since?: Date): Promise<readonly RecordedEntry[]>;
}
