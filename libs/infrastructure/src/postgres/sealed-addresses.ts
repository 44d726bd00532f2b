import { type Rotation, type FieldCipher, DecryptionError, SealedRecords } from '@scoreboard/application';
import type { Database } from './database';
import { addressOf } from './postgres-audit-log';

const PAGE = 500;

/** The encrypted addresses in the audit log. `rotate` re-encrypts 500 per transaction. */
export class SealedAddresses extends SealedRecords {
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
    const rows = await this.database.query<{ id: string; count: string }>(
      `SELECT encode(substring(address FROM 3 FOR get_byte(address, 1)), 'escape') AS id, count(*) FROM audit_log WHERE address IS NOT NULL GROUP BY 1 ORDER BY 1`,
    );
    return Object.fromEntries(rows.map(({ id, count }) => [id, Number(count)]));
  }

  async rotate(progress: (reencrypted: number) => void = () => undefined): Promise<Rotation> {
    const broken: string[] = [];
    let reencrypted = 0;
    let rows = await this.page('00000000-0000-0000-0000-000000000000');
    while (rows.length) {
      const moved = rows.flatMap(({ id, address }) => this.reencrypt(id, address, broken));
      await this.replace(moved);
      progress((reencrypted += moved.length));
      rows = rows.length < PAGE ? [] : await this.page(rows.at(-1)!.id);
    }
    return { reencrypted, broken };
  }

  private page(after: string): Promise<SealedRow[]> {
    return this.database.query<SealedRow>(
      `SELECT id, address FROM audit_log
        WHERE id > $1 AND address IS NOT NULL AND substring(address FOR $2) <> $3 ORDER BY id LIMIT ${PAGE}`,
      [after, this.cipher.mark.length, this.cipher.mark],
    );
  }

  private reencrypt(id: string, address: Buffer, broken: string[]) {
    try {
      return [{ id, was: address, becomes: this.cipher.seal(this.cipher.open(address, addressOf(id)), addressOf(id)) }];
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      broken.push(error.message);
      return [];
    }
  }

  /** Only if the old bytes are unchanged: an address that was deleted meanwhile stays deleted. */
  private async replace(moved: readonly { id: string; was: Buffer; becomes: Buffer }[]): Promise<void> {
    await this.database.query(
      `UPDATE audit_log SET address = moved.becomes FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS moved(id, was, becomes)
        WHERE audit_log.id = moved.id AND audit_log.address = moved.was`,
      [moved.map(({ id }) => id), moved.map(({ was }) => was), moved.map(({ becomes }) => becomes)],
    );
  }
}

type SealedRow = { readonly id: string; readonly address: Buffer };
