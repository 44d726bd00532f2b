import { type PageContents, PlayerPages } from '@scoreboard/application';
import type { Database } from './database';

/** `PlayerPages` in the ledger's database. */
export class PostgresPlayerPages extends PlayerPages {
  constructor(private readonly database: Database) {
    super();
  }

  async find(userId: string): Promise<PageContents | undefined> {
    const [row] = await this.database.prepared<{ shows: PageContents }>('player-page', 'SELECT shows FROM player_page WHERE user_id = $1', [userId]);
    return row?.shows;
  }

  async save(userId: string, shows: PageContents | undefined): Promise<void> {
    if (shows === undefined) await this.database.query('DELETE FROM player_page WHERE user_id = $1', [userId]);
    else await this.database.query('INSERT INTO player_page (user_id, shows) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET shows = excluded.shows', [userId, shows]);
  }
}
