import { randomUUID } from 'node:crypto';
import { type AuditEntry, type AuditFilter, AuditLog, type AuditPosition, type FieldCipher, type PlacedEntry, type RecordedEntry } from '@scoreboard/application';
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

  async find({ act, actor, target, from, to }: AuditFilter, limit: number, before?: AuditPosition): Promise<readonly PlacedEntry[]> {
    const rows = await this.database.query<AuditRow & { readonly micros: string; readonly place: string }>(
      `SELECT id, at, act, actor, target, reason, details, address, place, (extract(epoch FROM at) * 1000000)::bigint AS micros FROM audit_log
        WHERE ($1::text IS NULL OR act = $1) AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR target = $3)
          AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
          AND ($6::bigint IS NULL OR (at, place) < (timestamptz 'epoch' + $6::bigint * interval '1 microsecond', $7::bigint))
        ORDER BY at DESC, place DESC LIMIT $8`,
      [act ?? null, actor ?? null, target ?? null, from ?? null, to ?? null, before?.micros ?? null, before?.place ?? null, limit],
    );
    return rows.map((row) => ({ ...this.toEntry(row), position: { micros: Number(row.micros), place: Number(row.place) } }));
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
