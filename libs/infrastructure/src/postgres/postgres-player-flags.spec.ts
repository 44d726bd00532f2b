import { playerFlagsContract } from '@scoreboard/application/flags/player-flags.contract';
import { describeWith, explaining, type PlanRow, rowsOf, stepsDuring, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
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
    const one = new Database({ url: explaining(options.url!), poolSize: 2 });
    const { past } = await emptied(one);
    const ask = () => Promise.all([past.rates([39_999], 60, {}), past.usual([39_999], {}), past.intervals([39_999])]);
    for (let i = 0; i < 8; i++) await ask();
    await database.query(`
      INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action)
      SELECT 1, n, overlay(gen_random_uuid()::text PLACING '7' FROM 15)::uuid, 'user-' || n % 50, 1 + n % 7, n / 50 + 10, 'quiz' FROM generate_series(0, 39999) AS n`);
    const [[rate], [usual], [interval]] = await ask();
    expect([rate, usual, interval]).toMatchObject([{ updates: 500 }, { own: { updates: 100 }, board: { updates: 1_000 } }, { sequence: 39_999 }]);
    for (const [sql, parameters] of [[RATES, [60, null]], [USUAL, [null]], [INTERVALS, []]] as const) {
      const [row] = await one.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [1, [39_999], ...parameters]);
      expect(rowsOf(stepsOf(row!))).toBeLessThan(20_000);
      expect(stepsOf(row!).filter((step) => step['Node Type'] === 'Seq Scan')).toEqual([]);
    }
    const newest = Array.from({ length: 200 }, (_, i) => 39_800 + i);
    const steps = await stepsDuring(one, () => Promise.all([past.rates(newest, 60, {}), past.usual(newest, {}), past.intervals(newest)]));
    // Each update itself and up to 500 of its player before it, of which only 100 are usual ones; and for these, a thousand of all players for each hundred updates.
    const read = newest.length * (3 + 500 + 100 + 500) + 2 * 1_000;
    expect(rowsOf(steps.filter((step) => step['Relation Name']))).toBeLessThan(1.2 * read);
    expect(rowsOf(steps)).toBeLessThan(10 * read);
    await one.onApplicationShutdown();
  });
});

describe('PostgresPlayerFlags on the embedded database', () => {
  const database = useEmbeddedDatabase();
  playerFlagsContract(() => emptied(database));
});
