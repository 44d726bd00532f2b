import { Client } from 'pg';
import { buildIndex } from './build-index';
import { describeWith, eventually, useDatabase } from '../../../../../test/support';

describeWith('TEST_DATABASE_URL', 'buildIndex', () => {
  const { database, options } = useDatabase();
  let writer: Client;
  beforeEach(async () => {
    await database.query('CREATE TABLE noted (id integer)');
    writer = new Client({ connectionString: options.url });
    await writer.connect();
    // As long as this transaction is open, the index cannot be finished.
    await writer.query('BEGIN');
    await writer.query('INSERT INTO noted VALUES (1)');
  });
  afterEach(async () => {
    await writer.end();
    await database.query('DROP TABLE noted');
  });

  async function build(): Promise<void> {
    const runner = (await database.open()).createQueryRunner();
    await buildIndex(runner, 'noted_id', 'noted (id)').finally(() => runner.release());
  }
  const valid = () => database.query(`SELECT indisvalid AS valid FROM pg_index WHERE indrelid = 'noted'::regclass`);
  const waiting = () => eventually(async () => expect(await valid()).toEqual([{ valid: false }]));

  it('does not make writers wait, and ends when older transactions have', async () => {
    const built = build();
    await waiting();
    await writer.query(`SET lock_timeout = '5s'`);
    await writer.query('INSERT INTO noted VALUES (2)');
    await database.query('INSERT INTO noted VALUES (3)');
    expect(await valid()).toEqual([{ valid: false }]);
    await writer.query('COMMIT');
    await built;
    expect(await valid()).toEqual([{ valid: true }]);
  });

  it('builds an interrupted index again, and leaves a complete one', async () => {
    const interrupted = expect(build()).rejects.toThrow('terminating connection');
    await waiting();
    await eventually(async () => {
      const { rowCount } = await writer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY noted_id%' AND state = 'active'`);
      expect(rowCount).toBe(1);
    });
    await interrupted;
    await writer.query('COMMIT');
    expect(await valid()).toEqual([{ valid: false }]);
    await build();
    expect(await valid()).toEqual([{ valid: true }]);
    const file = () => database.query(`SELECT pg_relation_filenode('noted_id')`);
    const before = await file();
    await build();
    expect(await file()).toEqual(before);
  });

  it('leaves the time limit of its connection as it was', async () => {
    await writer.query('COMMIT');
    await build();
    expect(await database.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '15s' }]);
  });
});
