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

/** The audit trail in the ledger's database. Without a sealer an address is not stored, and one that is stored is not told. */
export class PostgresAuditLog extends AuditLog {
  constructor(
    private readonly database: Database,
    private readonly sealer?: FieldCipher | null,
  ) {
    super();
  }

  async append({ act, actor, target, reason, details, address }: AuditEntry): Promise<void> {
    // The id is made here: the address is sealed for the row that it will stand in.
    const id = randomUUID();
    const sealed = this.sealer && address !== undefined ? this.sealer.seal(address, addressOf(id)) : null;
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
    // A time of JavaScript has milliseconds only.
    const rows = await this.database.query<AuditRow>(
      `SELECT id, at, act, actor, target, reason, details, address FROM audit_log
        WHERE $2::timestamptz IS NULL OR date_trunc('milliseconds', at) > $2 ORDER BY at DESC, id DESC LIMIT $1`,
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
      ...(address === null ? {} : { address: this.sealer ? this.sealer.open(address, addressOf(id)) : null }),
    };
  }
}

/** The place that an address is sealed for. */
export const addressOf = (id: string): string => `audit_log.address of ${id}`;
