import { randomUUID } from 'node:crypto';
import { type AuditEntry, AuditLog, type RecordedEntry, type FieldCipher } from '@scoreboard/application';
import type { Database } from './database';

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly act: string;
  readonly actor: string;
  readonly target: string | null;
  readonly reason: string | null;
  readonly details: Record<string, unknown> | null;
  readonly address: Buffer | null;
}

/** The audit log in the ledger's database. Without a cipher, addresses are not stored, and stored ones are returned as null. */
export class PostgresAuditLog extends AuditLog {
  constructor(
    private readonly database: Database,
    private readonly cipher?: FieldCipher | null,
  ) {
    super();
  }

  async append({ act, actor, target, reason, details, address }: AuditEntry): Promise<void> {
    // The id is created here, because the address is encrypted for its row.
    const id = randomUUID();
    const sealed = this.cipher && address !== undefined ? this.cipher.seal(address, addressOf(id)) : null;
    await this.database.query('INSERT INTO audit_log (id, act, actor, target, reason, details, address) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      id,
      act,
      actor,
      target ?? null,
      reason ?? null,
      details ? JSON.stringify(details) : null,
      sealed,
    ]);
  }

  async newest(limit: number, since?: Date): Promise<readonly RecordedEntry[]> {
    // JavaScript dates only have millisecond precision.
    const rows = await this.database.query<AuditRow>(
      `SELECT id, at, act, actor, target, reason, details, address FROM audit_log
        WHERE $2::timestamptz IS NULL OR date_trunc('milliseconds', at) > $2 ORDER BY at DESC, place DESC LIMIT $1`,
      [limit, since ?? null],
    );
    return rows.map((row) => this.toEntry(row));
  }

  private toEntry({ id, at, act, actor, target, reason, details, address }: AuditRow): RecordedEntry {
    return {
      id,
      at,
      act,
      actor,
      ...(target === null ? {} : { target }),
      ...(reason === null ? {} : { reason }),
      ...(details === null ? {} : { details }),
      ...(address === null ? {} : { address: this.cipher ? this.cipher.open(address, addressOf(id)) : null }),
    };
  }
}

/** The place that an address is encrypted for. */
export const addressOf = (id: string): string => `audit_log.address of ${id}`;
