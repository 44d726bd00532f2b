import { PostgresAuditLog } from '../postgres-audit-log';
import { PostgresAdjustments } from '../postgres-adjustments';
import { HiddenUsers1764000000060 } from './1764000000060-hidden-users';
import { describeWith, useDatabase } from '../../../../../test/support';

const migration = new HiddenUsers1764000000060();

describeWith('TEST_DATABASE_URL', 'The migration HiddenUsers', () => {
  const { database } = useDatabase();
  const corrections = new PostgresAdjustments(database);

  it('lists who was hidden before it, since the event that hid them, with the reason in the audit trail where there is one', async () => {
    const runner = (await database.open()).createQueryRunner();
    await migration.down(runner);
    const audit = new PostgresAuditLog(database);
    await audit.append({ act: 'hide', actor: 'first', target: 'ann', reason: 'an older reason' });
    await audit.append({ act: 'hide', actor: 'mod', target: 'ann', reason: 'cheated' });
    await audit.append({ act: 'hide', actor: 'mod', target: 'cyd', reason: 'a mistake' });
    for (const [user, hidden] of [['ann', true], ['bob', true], ['cyd', true], ['cyd', false]] as const) {
      await database.query('SELECT set_hidden(1::smallint, $1, $2)', [user, hidden]);
    }
    const [event] = await database.query<{ at: Date }>(`SELECT date_trunc('milliseconds', at) AS at FROM score_event WHERE user_id = 'ann'`);
    await migration.up(runner);
    await runner.release();
    expect(await corrections.hiddenUsers(10)).toEqual([
      { userId: 'bob', seq: expect.any(Number), since: expect.any(Date) },
      { userId: 'ann', seq: expect.any(Number), since: event!.at, reason: 'cheated', by: 'mod' },
    ]);
  });

  it('serves an api of an older build, which gives no reason', async () => {
    await corrections.setHidden('dan', true, { reason: 'cheated', by: 'mod' });
    await database.query(`SELECT set_hidden(1::smallint, 'dan', true)`);
    await database.query(`SELECT set_hidden(1::smallint, 'eve', true)`);
    await database.query(`SELECT set_hidden(1::smallint, 'ann', false)`);
    expect((await corrections.hiddenUsers(10)).map(({ userId, reason }) => [userId, reason])).toEqual([['eve', undefined], ['dan', 'cheated'], ['bob', undefined]]);
  });

  it('lets those call the new functions who might call the old ones, and nobody else', async () => {
    const runner = (await database.open()).createQueryRunner();
    await migration.down(runner);
    const role = `older_${Date.now()}`;
    await runner.query(`CREATE ROLE ${role}`);
    await runner.query(`GRANT EXECUTE ON FUNCTION set_hidden(smallint, text, boolean) TO ${role}`);
    await migration.up(runner);
    const may = async (signature: string) =>
      ((await runner.query('SELECT has_function_privilege($1, $2, $3) AS may', [role, signature, 'EXECUTE'])) as [{ may: boolean }])[0].may;
    const signatures = ['set_hidden(smallint,text,boolean)', 'set_hidden_in_ledger(smallint,text,boolean)', 'set_hidden(smallint,text,boolean,text,text)', 'rename_hidden_user(smallint,text,text)'];
    expect(await Promise.all(signatures.map(may))).toEqual([true, false, false, false]);
    await runner.query(`DROP OWNED BY ${role}`);
    await runner.query(`DROP ROLE ${role}`);
    await runner.release();
  });
});
