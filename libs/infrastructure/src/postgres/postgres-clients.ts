import { type ServiceClient, ServiceClients } from '@scoreboard/application';
import type { Database } from './database';

interface ClientRow {
  readonly id: string;
  readonly secret_hash: string;
  readonly scopes: string[];
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const COLUMNS = 'id, secret_hash, scopes, created_at, revoked_at';

/** The service clients, in the ledger's database. */
export class PostgresClients extends ServiceClients {
  constructor(private readonly database: Database) {
    super();
  }

  async add({ id, scopes }: Pick<ServiceClient, 'id' | 'scopes'>, secretHash: string): Promise<boolean> {
    const rows = await this.database.query('INSERT INTO client (id, secret_hash, scopes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id', [
      id,
      secretHash,
      [...scopes],
    ]);
    return rows.length > 0;
  }

  async find(id: string): Promise<(ServiceClient & { readonly secretHash: string }) | undefined> {
    const [row] = await this.database.prepared<ClientRow>('client', `SELECT ${COLUMNS} FROM client WHERE id = $1`, [id]);
    return row && { ...toClient(row), secretHash: row.secret_hash };
  }

  async list(): Promise<readonly ServiceClient[]> {
    return (await this.database.query<ClientRow>(`SELECT ${COLUMNS} FROM client ORDER BY id`)).map(toClient);
  }

  async revoke(id: string): Promise<boolean> {
    const [row] = await this.database.query<{ count: string }>(
      `WITH revoked AS (UPDATE client SET revoked_at = clock_timestamp() WHERE id = $1 AND revoked_at IS NULL RETURNING id) SELECT count(*) FROM revoked`,
      [id],
    );
    return row!.count === '1';
  }
}

const toClient = ({ id, scopes, created_at: createdAt, revoked_at: revokedAt }: ClientRow): ServiceClient => ({
  id,
  scopes,
  createdAt,
  ...(revokedAt ? { revokedAt } : {}),
});
