import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ledgerAdjustmentsContract } from '@scoreboard/domain/ledger-adjustments.contract';
import { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresLedger } from './postgres-ledger';
import { describeWith, explaining, rowsOf, stepsDuring, useDatabase, useEmbeddedDatabase } from '../../../../test/support';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user');
  return { ledger: new PostgresLedger(database), adjustments: new PostgresAdjustments(database) };
};

describeWith('TEST_DATABASE_URL', 'PostgresAdjustments on PostgreSQL', () => {
  const { database, options } = useDatabase();

  ledgerAdjustmentsContract(() => emptied(database));

  it('reverses 1,000 of 100,000 commands, and finds them again, without reading the others, although PostgreSQL takes the table for an empty one', async () => {
    const one = new Database({ url: explaining(options.url!), poolSize: 2 });
    const { ledger, adjustments } = await emptied(one);
    for (let i = 0; i < 8; i++) await adjustments.reverse([randomUUID()]);
    const restore = new Client(options.url);
    await restore.connect();
    await restore.query('BEGIN');
    await restore.query(`
      INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after)
      SELECT 1, n, gen_random_uuid(), 'user-' || n % 100, 1, n / 100 + 1 FROM generate_series(0, 99999) AS n`);
    await database.query('ANALYZE score_event'); // it sees a large table without rows
    await restore.query('COMMIT');
    await restore.end();
    await database.query(`INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT 1, 'user-' || n, 1000, n, n FROM generate_series(0, 99) AS n`);
    const page = await adjustments.earned({ userId: 'user-7' }, 1_000);
    const ids = page.map(({ commandId }) => commandId);
    const again = ids.map((commandId) => ({ commandId, userId: 'user-7', scoreIncrement: 1 }));
    const steps = await stepsDuring(one, async () => {
      expect(await adjustments.reverse(ids)).toMatchObject({ known: 1_000, reversed: 1_000, points: 1_000 });
      expect(await ledger.outcomes(ids)).toHaveLength(1_000);
      expect(await ledger.apply(again)).toMatchObject({ applied: 0, conflicts: [] });
      const { lastSeq } = await ledger.head();
      await adjustments.setHidden('user-8', true, { reason: 'test', by: 'mod' });
      expect((await ledger.changedSince(lastSeq, 10)).range).toEqual({ from: lastSeq, to: lastSeq + 1 });
    });
    const read = rowsOf(steps.filter((step) => step['Relation Name']));
    expect(read).toBeGreaterThanOrEqual(3 * ids.length);
    expect(read).toBeLessThan(20 * ids.length);
    // Nor is each command compared with each.
    expect(rowsOf(steps)).toBeLessThan(200 * ids.length);
    expect((await ledger.standing('user-7'))?.score).toBe(0);
    await one.onApplicationShutdown();
  });
});

describe('PostgresAdjustments on the embedded database', () => {
  const database = useEmbeddedDatabase();

  ledgerAdjustmentsContract(() => emptied(database));
});
