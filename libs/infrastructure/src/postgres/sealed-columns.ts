import { type Rotation, type FieldCipher, DecryptionError, SealedRecords } from '@scoreboard/application';
import type { Database } from './database';
import { addressOf } from './postgres-audit-log';
import { isPlain, profileOf } from './postgres-profiles';

const PAGE = 500;

/** A column of encrypted values. `first`: sorts before every key. */
interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly key: string;
  readonly type: 'uuid' | 'text';
  readonly first: string;
  readonly placeOf: (key: string) => string;
  /** What else a new key changes in a row. */
  readonly also?: string;
}

const COLUMNS: readonly SealedColumn[] = [
  { table: 'audit_log', column: 'address', key: 'id', type: 'uuid', first: '00000000-0000-0000-0000-000000000000', placeOf: addressOf },
  { table: 'profile', column: 'shown', key: 'user_id', type: 'text', first: '', placeOf: profileOf, also: 'coded_version = NULL' },
];

type SealedRow = { readonly key: string; readonly value: Buffer };
type MovedRow = { readonly key: string; readonly was: Buffer; readonly becomes: Buffer };

/** What is encrypted in the database: addresses in the audit log, and profiles, of which some may be plain text. `rotate` (re-)encrypts 500 per transaction. */
export class SealedColumns extends SealedRecords {
  constructor(
    private readonly database: Database,
    private readonly cipher: FieldCipher,
  ) {
    super();
  }

  get currentKey(): string {
    return this.cipher.currentKey;
  }

  async countByKey(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const { table, column } of COLUMNS) {
      const rows = await this.database.query<{ id: string; count: string }>(
        `SELECT CASE get_byte(${column}, 0) WHEN 1 THEN encode(substring(${column} FROM 3 FOR get_byte(${column}, 1)), 'escape') ELSE '(plain text)' END AS id, count(*)
           FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 1`,
      );
      for (const { id, count } of rows) counts[id] = (counts[id] ?? 0) + Number(count);
    }
    return counts;
  }

  async rotate(progress: (reencrypted: number) => void = () => undefined): Promise<Rotation> {
    const broken: string[] = [];
    let reencrypted = 0;
    for (const column of COLUMNS) {
      let rows = await this.page(column, column.first);
      while (rows.length) {
        const moved = rows.flatMap((row) => this.reencrypt(column, row, broken));
        await this.replace(column, moved);
        progress((reencrypted += moved.length));
        rows = rows.length < PAGE ? [] : await this.page(column, rows.at(-1)!.key);
      }
    }
    return { reencrypted, broken };
  }

  private page({ table, column, key }: SealedColumn, after: string): Promise<SealedRow[]> {
    return this.database.query<SealedRow>(
      `SELECT ${key} AS key, ${column} AS value FROM ${table}
        WHERE ${key} > $1 AND ${column} IS NOT NULL AND substring(${column} FOR $2) <> $3 ORDER BY ${key} LIMIT ${PAGE}`,
      [after, this.cipher.mark.length, this.cipher.mark],
    );
  }

  private reencrypt({ placeOf }: SealedColumn, { key, value }: SealedRow, broken: string[]): MovedRow[] {
    try {
      const text = isPlain(value) ? value.toString() : this.cipher.open(value, placeOf(key));
      return [{ key, was: value, becomes: this.cipher.seal(text, placeOf(key)) }];
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      broken.push(error.message);
      return [];
    }
  }

  /** Only if the old bytes are unchanged: what was deleted or replaced meanwhile stays as it is. */
  private async replace({ table, column, key, type, also }: SealedColumn, moved: readonly MovedRow[]): Promise<void> {
    await this.database.query(
      `UPDATE ${table} SET ${[`${column} = moved.becomes`, also].filter(Boolean).join()} FROM unnest($1::${type}[], $2::bytea[], $3::bytea[]) AS moved(key, was, becomes)
        WHERE ${table}.${key} = moved.key AND ${table}.${column} = moved.was`,
      [moved.map(({ key: of }) => of), moved.map(({ was }) => was), moved.map(({ becomes }) => becomes)],
    );
  }
}
