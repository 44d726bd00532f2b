import { playerFlagsContract } from '@scoreboard/application/flags/player-flags.contract';
import { describeWith, type PlanRow, rowsOf, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresGuestClaims } from './postgres-guest-claims';
import { PostgresLedger } from './postgres-ledger';
import { PostgresLedgerEvents } from './postgres-ledger-events';
import { PostgresPastUpdates } from './postgres-past-updates';
import { PostgresPersonalData } from './postgres-personal-data';
import { PostgresPlayerFlags } from './postgres-player-flags';
import { INTERVALS, RATES, USUAL } from './reads-of-pasts';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, hidden_user, player_flag, flag_update, flag_event, guest_claim, audit_log, top_watch, top_change');
  const personalData = new PostgresPersonalData(database);
  return {
    ledger: new PostgresLedger(database),
    adjustments: new PostgresAdjustments(database),
    events: new PostgresLedgerEvents(database),
    flags: new PostgresPlayerFlags(database),
    past: new PostgresPastUpdates(database),
    claims: new PostgresGuestClaims(database),
    forget: (userId: string, pseudonym: string) => personalData.rename(userId, pseudonym),
  };
};

describeWith('TEST_DATABASE_URL', 'PostgresPlayerFlags on PostgreSQL', () => {
  const { database, options } = useDatabase();
  playerFlagsContract(() => emptied(database));

  it('reads the past of a player with plans that were made while the table was empty, and no more of it than it needs', async () => {
    const one = new Database({ url: options.url, poolSize: 2 });
    const { past } = await emptied(one);
    const ask = () => Promise.all([past.rates([99_999], 60, {}), past.usual([99_999], {}), past.intervals([99_999])]);
    for (let i = 0; i < 8; i++) await ask();
    await database.query(`
      INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action)
      SELECT 1, n, overlay(gen_random_uuid()::text PLACING '7' FROM 15)::uuid, 'user-' || n % 50, 1 + n % 7, n / 50 + 10, 'quiz' FROM generate_series(0, 99999) AS n`);
    const [[rate], [usual], [interval]] = await ask();
    expect([rate, usual, interval]).toMatchObject([{ updates: 500 }, { own: { updates: 100 }, board: { updates: 1_000 } }, { sequence: 99_999 }]);
    for (const [sql, parameters] of [[RATES, [60, null]], [USUAL, [null]], [INTERVALS, []]] as const) {
      const [row] = await one.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [1, [99_999], ...parameters]);
      expect(rowsOf(stepsOf(row!))).toBeLessThan(20_000);
      expect(stepsOf(row!).filter((step) => step['Node Type'] === 'Seq Scan')).toEqual([]);
    }
    const started = performance.now();
    await past.rates(Array.from({ length: 200 }, (_, i) => 99_800 + i), 60, {});
    await past.usual(Array.from({ length: 200 }, (_, i) => 99_800 + i), {});
    expect(performance.now() - started).toBeLessThan(2_000);
    await one.onApplicationShutdown();
  });
});

describe('PostgresPlayerFlags on the embedded database', () => {
  const database = useEmbeddedDatabase();
  playerFlagsContract(() => emptied(database));
});
