import { randomUUID } from 'node:crypto';
import { PostgresAdjustments } from '../postgres-adjustments';
import { PostgresLedger } from '../postgres-ledger';
import { Reversals1764000000071 } from './1764000000071-reversals';
import { describeWith, useDatabase } from '../../../../../test/support';

const migration = new Reversals1764000000071();
const command = (scoreIncrement: number) => ({ commandId: randomUUID(), userId: 'ann', scoreIncrement });

describeWith('TEST_DATABASE_URL', 'The migration Reversals', () => {
  const { database } = useDatabase();
  const [ledger, corrections] = [new PostgresLedger(database), new PostgresAdjustments(database)];

  it('takes back nothing again that was taken back before it, and leaves an index that was made by hand', async () => {
    const runner = (await database.open()).createQueryRunner();
    await migration.down(runner);
    const [before, after] = [command(5), command(7)];
    await ledger.apply([before, after]);
    expect(await corrections.reverse([before.commandId])).toMatchObject({ known: 1, reversed: 1, points: 5 });
    await database.query('CREATE UNIQUE INDEX CONCURRENTLY score_event_reverses ON score_event (leaderboard_id, reverses) WHERE reverses IS NOT NULL');
    await migration.up(runner);
    await runner.release();
    expect(await corrections.reverse([before.commandId, after.commandId])).toMatchObject({ known: 2, reversed: 1, points: 7 });
    expect(await ledger.standing('ann')).toMatchObject({ score: 0 });
  });

  it('leaves the function to its owner alone, as it was', async () => {
    const [row] = await database.query<{ definer: boolean; open: boolean }>(
      `SELECT prosecdef AS definer, EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0) AS open FROM pg_proc WHERE proname = 'reverse_scores'`,
    );
    expect(row).toEqual({ definer: true, open: false });
  });
});
