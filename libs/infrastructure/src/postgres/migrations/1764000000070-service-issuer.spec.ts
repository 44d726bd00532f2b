import { randomUUID } from 'node:crypto';
import { PostgresLedger } from '../postgres-ledger';
import { describeWith, useDatabase } from '../../../../../test/support';

describeWith('TEST_DATABASE_URL', 'The migration ServiceIssuer', () => {
  const { database } = useDatabase();

  it('serves workers of older builds, which know no issuer', async () => {
    const [trace, first, second] = [randomUUID(), randomUUID(), randomUUID()];
    await database.query(`SELECT apply_scores(1::smallint, $1::uuid[], '{ann}', '{5}', '{NULL}', '{game}', $2::uuid[])`, [[first], [trace]]);
    await database.query(`SELECT apply_scores(1::smallint, $1::uuid[], '{ann}', '{6}', '{NULL}', '{game}')`, [[second]]);
    const outcomes = await new PostgresLedger(database).outcomes([first, second]);
    expect(outcomes).toEqual([5, 6].map((scoreIncrement) => expect.objectContaining({ status: 'applied', issuedBy: 'game', scoreIncrement })));
    expect(outcomes.some((outcome) => 'issuerDigest' in outcome)).toBe(false);
  });
});
