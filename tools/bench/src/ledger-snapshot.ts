import type { Client } from 'pg';
import type { Snapshot } from './system';

/** The history and the totals of a ledger. */
export async function ledgerSnapshot(database: Pick<Client, 'query'>): Promise<Snapshot> {
  const { rows } = await database.query<{ events: string; history: string; totals: string }>(`
    SELECT count(*) AS events, coalesce(sum(score_increment), 0) AS history,
           (SELECT coalesce(sum(score), 0) FROM score_total) AS totals
      FROM score_event`);
  const { events, history, totals } = rows[0]!;
  return { updates: { events: Number(events) }, points: { history: Number(history), totals: Number(totals) } };
}
