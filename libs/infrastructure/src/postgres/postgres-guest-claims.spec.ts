import { guestClaimsContract } from '@scoreboard/application/scores/guest-claims.contract';
import { randomUUID } from 'node:crypto';
import { describeWith, explaining, rowsOf, stepsDuring, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresBoards } from './postgres-boards';
import { PostgresGuestClaims } from './postgres-guest-claims';
import { PostgresLedger } from './postgres-ledger';
import { PostgresLedgerEvents } from './postgres-ledger-events';
import { PostgresPersonalData } from './postgres-personal-data';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, guest_claim, top_watch, top_change, board, board_period, board_closing, period_block');
  const users = new PostgresPersonalData(database);
  return {
    store: new PostgresBoards(database),
    ledger: new PostgresLedger(database),
    adjustments: new PostgresAdjustments(database),
    claims: new PostgresGuestClaims(database),
    events: new PostgresLedgerEvents(database),
    rename: (userId: string, pseudonym: string) => users.rename(userId, pseudonym),
  };
};

describeWith('TEST_DATABASE_URL', 'PostgresGuestClaims on PostgreSQL', () => {
  const { database, options } = useDatabase();

  guestClaimsContract(() => emptied(database));

  it('moves 10,000 updates among 40,000 others without reading these', async () => {
    const one = new Database({ url: explaining(options.url!), poolSize: 2 });
    const { ledger, claims } = await emptied(one);
    await database.query(`
      INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after)
      SELECT 1, n, gen_random_uuid(), 'user-' || n % 1000, 1, n / 1000 + 1 FROM generate_series(0, 39999) AS n`);
    const guest = 'guest-aaaaaaaaaaaa';
    for (let i = 0; i < 10; i++) await ledger.apply(Array.from({ length: 1_000 }, () => ({ commandId: randomUUID(), userId: guest, scoreIncrement: 1 })));
    const steps = await stepsDuring(one, async () => {
      expect(await claims.claim(guest, 'ann', { points: 10_000, updates: 10_000 })).toMatchObject({ points: 10_000, updates: 10_000 });
    });
    const read = rowsOf(steps.filter((step) => step['Relation Name']));
    expect(read).toBeGreaterThanOrEqual(10_000);
    expect(read).toBeLessThan(4 * 10_000);
    expect((await ledger.standing('ann'))?.score).toBe(10_000);
    await one.onApplicationShutdown();
  });
});

describe('PostgresGuestClaims on the embedded database', () => {
  const database = useEmbeddedDatabase();

  guestClaimsContract(() => emptied(database));
});
