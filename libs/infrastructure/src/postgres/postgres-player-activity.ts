import { type ActionPoints, PlayerActivity } from '@scoreboard/application';
import type { Database } from './database';
import { GLOBAL } from './ledger-rows';
import { BEST_ACTIONS, SCORES_AT } from './reads-of-players';

/** `PlayerActivity` on the ledger's database. */
export class PostgresPlayerActivity extends PlayerActivity {
  constructor(private readonly database: Database) {
    super();
  }

  async scoresAt(userId: string, moments: readonly Date[]): Promise<readonly number[]> {
    const rows = await this.database.query<{ place: string; score: string }>(SCORES_AT, [GLOBAL, userId, moments]);
    const scores = new Map(rows.map(({ place, score }) => [Number(place), Number(score)]));
    return moments.map((_, i) => scores.get(i + 1) ?? 0);
  }

  async bestActions(userId: string, newest: number, count: number): Promise<readonly ActionPoints[]> {
    const rows = await this.database.query<{ action: string; points: string }>(BEST_ACTIONS, [GLOBAL, userId, newest, count]);
    return rows.map(({ action, points }) => ({ action, points: Number(points) }));
  }
}
