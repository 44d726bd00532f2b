import { MAX_TOTAL } from '@scoreboard/domain';
import { PostgresAuditLog, PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { useDatabase } from '../../../../test/support';
import { ImportScores } from './import-scores';

describe('ImportScores', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const scores = new ImportScores(ledger, new PostgresAuditLog(database));
  const ann = { userId: 'ann', score: 500 };
  const bob = { userId: 'bob', score: 7 };
  beforeEach(() => database.query('TRUNCATE score_event, score_total, score_rejection, audit_log'));

  const scoreOf = async (userId: string) => (await ledger.standing(userId))?.score;

  it("adds each user's total once per source, as one event", async () => {
    expect(await scores.execute('legacy', [ann, bob])).toEqual({ imported: 2, repeated: 0, refused: [] });
    expect(await scores.execute('legacy', [bob, ann])).toEqual({ imported: 0, repeated: 2, refused: [] });
    expect(await scores.execute('other', [ann])).toEqual({ imported: 1, repeated: 0, refused: [] });
    expect([await scoreOf('ann'), await scoreOf('bob')]).toEqual([1_000, 7]);
    expect((await ledger.history('bob', 10)).map(({ scoreIncrement }) => scoreIncrement)).toEqual([7]);
  });

  it('refuses another total of a user from the same source, and imports the others', async () => {
    await scores.execute('legacy', [ann]);
    expect(await scores.execute('legacy', [{ ...ann, score: 501 }, bob])).toEqual({ imported: 1, repeated: 0, refused: [{ userId: 'ann', reason: 'key-conflict' }] });
    expect(await scoreOf('ann')).toBe(500);
  });

  it('refuses a total over the limit, and imports the others', async () => {
    await scores.execute('legacy', [ann]);
    expect(await scores.execute('other', [{ ...ann, score: MAX_TOTAL }, bob])).toEqual({ imported: 1, repeated: 0, refused: [{ userId: 'ann', reason: 'total-limit' }] });
  });

  it('shows in a preview what it would do, and changes nothing', async () => {
    await scores.execute('legacy', [ann]);
    expect(await scores.preview('legacy', [{ ...ann, score: 1 }, bob])).toEqual({ imported: 1, repeated: 0, refused: [{ userId: 'ann', reason: 'key-conflict' }] });
    expect(await scores.preview('legacy', [ann])).toEqual({ imported: 0, repeated: 1, refused: [] });
    expect(await scoreOf('bob')).toBeUndefined();
  });

  it('records in the audit log who began which import', async () => {
    await scores.begin({ name: 'ann', console: 'root@db1' }, 'legacy', 2);
    expect(await new PostgresAuditLog(database).newest(1)).toMatchObject([{ act: 'scores.import', actor: 'ann', details: { source: 'legacy', users: 2, console: 'root@db1' } }]);
  });
});
