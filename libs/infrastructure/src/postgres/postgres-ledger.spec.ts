import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { scoreLedgerContract } from '@scoreboard/domain/score-ledger.contract';
import { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresLedger } from './postgres-ledger';
import { describeWith, eventually, freshDatabase, type PlanRow, rowsOf, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';

const RESET = `TRUNCATE score_event, score_total, score_rejection`;

describeWith('TEST_DATABASE_URL', 'PostgresLedger on PostgreSQL', () => {
  const { database, options } = useDatabase();

  scoreLedgerContract(async () => {
    await database.query(RESET);
    return new PostgresLedger(database);
  });

  it('migrates once when many processes start at the same time', async () => {
    const fresh = await freshDatabase();
    const starters = Array.from({ length: 6 }, () => new Database({ url: fresh.url, poolSize: 2 }));
    await Promise.all(starters.map((starter) => starter.open()));
    const ran = await starters[0]!.query<{ name: string }>('SELECT name FROM migrations');
    const names = ['Schema1764000000000', 'ForgetIndexes1795900000000', 'RenameByIndex1795900000001', 'Boards1796100000000', 'EventTables1796200000000', 'HidingIndex1796200000001', 'Profiles1796300000000', 'PublicIds1796300000001', 'BoardClosings1796400000000', 'BoardFilling1796400000001', 'BoardDropping1796400000002', 'PeriodOrders1796400000003', 'QueueLooks1796400000004', 'ResolvedProfiles1796500000000', 'GuestClaims1797000000000', 'PlayerPages1797000000001', 'NameCodes1797100000000', 'NameIndexes1797100000001', 'PlayerFlags1797200000000', 'StandingsByUser1797300000000'];
    expect(ran).toEqual(names.map((name) => ({ name })));
    await Promise.all(starters.map((starter) => starter.onApplicationShutdown()));
    await fresh.drop();
  });

  it('fails queries while the server is unavailable, and works once it is back', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    expect(await away.isUp()).toBe(false);
    await expect(new PostgresLedger(away).head()).rejects.toThrow(/ECONNREFUSED/);
    await away.onApplicationShutdown();
  });

  it('leaves no version of the row that writers lock, so that an open snapshot does not slow them down', async () => {
    await database.query(RESET);
    const ledger = new PostgresLedger(database);
    const adjustments = new PostgresAdjustments(database);
    const row = () => database.query('SELECT ctid, xmin, floor_seq FROM leaderboard');
    const before = await row();
    const command = { commandId: randomUUID(), userId: 'ann', scoreIncrement: 5 };
    for (let i = 0; i < 5; i++) await ledger.apply([{ ...command, commandId: randomUUID() }, command]);
    await adjustments.reverse([command.commandId]);
    await adjustments.setHidden('ann', true, { reason: 'a test', by: 'mod' });
    expect(await row()).toEqual(before);
    expect((await ledger.head()).lastSeq).toBe((await ledger.standing('ann'))!.version);
  });

  it('stores the request id of each event, and none for a command without one', async () => {
    await database.query(RESET);
    const command = (userId: string) => ({ commandId: randomUUID(), userId, scoreIncrement: 5 });
    const trace = { id: '4bf92f3577b34da6a3ce929d0e0e4736' };
    await new PostgresLedger(database).apply([{ ...command('ann'), trace }, command('bob')]);
    expect(await database.query('SELECT user_id, trace_id FROM score_event ORDER BY seq')).toEqual([
      { user_id: 'ann', trace_id: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' },
      { user_id: 'bob', trace_id: null },
    ]);
  });

  it('leaves nothing of a batch behind when its connection is cut', async () => {
    await database.query(RESET);
    const ledger = new PostgresLedger(database);
    const commands = [{ commandId: randomUUID(), userId: 'ann', scoreIncrement: 5 }];
    const blocker = new Client({ connectionString: options.url });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM leaderboard FOR UPDATE');
    const cut = expect(ledger.apply(commands)).rejects.toThrow('terminating connection');
    await eventually(async () => {
      const { rowCount } = await blocker.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    });
    await cut;
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await ledger.outcomes([commands[0]!.commandId])).toEqual([]);
    expect((await ledger.apply(commands)).applied).toBe(1);
  });
});

describeWith('TEST_DATABASE_URL', 'PostgresLedger with thousands of users', () => {
  const { database } = useDatabase();
  const users = 5_000;
  /** The executed plan of the statement behind `read`. */
  async function planOf(read: (ledger: PostgresLedger) => Promise<unknown>): Promise<{ readonly rows: number; readonly scans: readonly string[]; readonly sorts: readonly string[] }> {
    const statements: (readonly [string, unknown[]])[] = [];
    const recording = { query: (sql: string, parameters: unknown[]) => (statements.push([sql, parameters]), database.query(sql, parameters)) };
    await read(new PostgresLedger(recording as unknown as Database));
    expect(statements).toHaveLength(1);
    const [[sql, parameters]] = statements as [(typeof statements)[number]];
    const [row] = await database.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, parameters);
    const steps = stepsOf(row!);
    return { rows: rowsOf(steps), scans: steps.filter((step) => step['Relation Name']).map((step) => step['Node Type']), sorts: steps.flatMap((step) => step['Sort Method'] ?? []) };
  }
  beforeAll(async () => {
    await database.query(
      `INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT 1, 'u' || i, 1 + i % 100, i, i FROM generate_series(1, $1::integer) AS i`,
      [users],
    );
    await database.query(
      `INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after)
       SELECT 1, reached_at, gen_random_uuid(), user_id, score, score FROM score_total`,
    );
    await database.query('ANALYZE score_total, score_event');
  });

  it('finds a rank in one pass over the totals, and neighbors in three', async () => {
    expect((await planOf((ledger) => ledger.around('u17', 0))).rows).toBeLessThan(1.5 * users);
    const { rows, scans } = await planOf((ledger) => ledger.around('u17', 50));
    expect(rows).toBeLessThan(4 * users);
    expect(scans).toEqual(['Index Scan', 'Seq Scan', 'Seq Scan', 'Seq Scan']);
  });

  it.each<[what: string, read: (ledger: PostgresLedger) => Promise<unknown>]>([
    ['standings', (ledger) => ledger.standings('u2', 100)],
    ['changes', (ledger) => ledger.changedSince(users / 2, 100)],
  ])('reads a page of %s without reading the other users', async (_what, read) => {
    const { rows, scans } = await planOf(read);
    expect(rows).toBeGreaterThanOrEqual(100);
    expect(rows).toBeLessThan(100 * 10);
    expect(scans).not.toContain('Seq Scan');
  });

  it('counts users itself up to a million totals, and takes the estimate of PostgreSQL above, but not for a leaderboard that this does not know', async () => {
    const ledger = new PostgresLedger(database);
    const fill = (period: number) =>
      database.query(`INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT $1, 'p' || i, 1, i, i FROM generate_series(1, $2::integer) AS i`, [period, users / 4]);
    await fill(7);
    await database.query('ANALYZE score_total');
    await fill(8);
    expect(await ledger.userCount()).toBe(users);
    // The superuser of a private server may change the estimate.
    await database.query(`UPDATE pg_class SET reltuples = 2000000 WHERE oid = 'score_total'::regclass`);
    expect(await ledger.userCount()).toBe(1_600_000);
    expect(await ledger.ofPeriod(7).userCount()).toBe(400_000);
    expect((await planOf((asked) => asked.userCount())).rows).toBeLessThan(users / 10);
    expect(await ledger.ofPeriod(8).userCount()).toBe(users / 4);
    await database.query('DELETE FROM score_total WHERE leaderboard_id <> 1');
    await database.query('ANALYZE score_total');
  });

  it('finds the top in one pass over the totals, without sorting them all', async () => {
    const { rows, scans, sorts } = await planOf((ledger) => ledger.top(100));
    expect(scans).toEqual(['Seq Scan']);
    expect(rows).toBeLessThan(1.5 * users);
    expect(sorts).toEqual(['top-N heapsort']);
  });
});

describe('PostgresLedger on the embedded database', () => {
  const database = useEmbeddedDatabase();

  scoreLedgerContract(async () => {
    await database.query(RESET);
    return new PostgresLedger(database);
  });
});
