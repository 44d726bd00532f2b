import { type PublicId, PublicIds } from '@scoreboard/application';
import type { Database } from './database';

/** The users of shown ids, in the ledger's database. */
export class PostgresPublicIds extends PublicIds {
  constructor(private readonly database: Database) {
    super();
  }

  async add(ids: readonly PublicId[]): Promise<void> {
    await this.database.query('INSERT INTO public_id (public_id, user_id) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING', [
      ids.map(({ publicId }) => publicId),
      ids.map(({ userId }) => userId),
    ]);
  }

  async find(publicId: string): Promise<string | undefined> {
    const [row] = await this.database.prepared<{ user_id: string }>('public_id', 'SELECT user_id FROM public_id WHERE public_id = $1', [publicId]);
    return row?.user_id;
  }
}
