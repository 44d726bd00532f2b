import { ledgerEventsContract } from '@scoreboard/domain/ledger-events.contract';
import { describeWith, type PlanRow, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import type { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresLedger } from './postgres-ledger';
import { PostgresLedgerEvents } from './postgres-ledger-events';
import { PostgresPersonalData } from './postgres-personal-data';
import { EVENTS, TOP_PAGE } from './reads-of-events';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, top_watch, top_change');
  const data = new PostgresPersonalData(database);
  return {
    ledger: new PostgresLedger(database),
    adjustments: new PostgresAdjustments(database),
    events: new PostgresLedgerEvents(database, 20),
    rename: (userId: string, pseudonym: string) => data.rename(userId, pseudonym),
  };
};

describeWith('TEST_DATABASE_URL', 'PostgresLedgerEvents on PostgreSQL', () => {
  const { database } = useDatabase();
  ledgerEventsContract(() => emptied(database));

  it('reads no more than it needs with a plan that was made while the table was empty', async () => {
    await emptied(database);
    await database.query('VACUUM ANALYZE score_event'); // as autovacuum does: then the statistics say that there is no row, so all indexes seem to cost the same
    const indexes = async (sql: string, parameters: unknown[]) => stepsOf((await database.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, parameters))[0]!).flatMap((step) => step['Index Name'] ?? []);
    expect((await indexes(EVENTS, [1, 0, 0, 100, true, ['user.hidden'], 100, true, true])).sort()).toEqual(['board_closing_pkey', 'board_closing_untold', 'flag_event_pkey', 'player_flag_pkey', 'score_event_hiding', ...Array(4).fill('score_event_pkey'), 'top_change_pkey', 'top_watch_pkey']);
    expect(await indexes(TOP_PAGE, [1, 100])).toEqual(expect.arrayContaining(['score_event_hiding', 'score_event_pkey']));
  });

  it('stores nothing while nobody asks who enters the top ten', async () => {
    const { ledger, events } = await emptied(database);
    await ledger.apply([{ commandId: '0190d5c6-7b1e-7c3a-9d1e-2f6a8b4c5d6e', userId: 'ann', scoreIncrement: 1 }]);
    await events.read({ sequence: 0, place: 0 }, 10, ['score.applied']);
    expect(await database.query('SELECT seq FROM top_watch UNION ALL SELECT seq FROM top_change')).toEqual([]);
  });
});

describe('PostgresLedgerEvents on the embedded database', () => {
  const database = useEmbeddedDatabase();
  ledgerEventsContract(() => emptied(database));
});
