import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { describeWith, eventually, type PlanRow, rowsOf, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { Database } from './database';
import { PostgresAuditLog } from './postgres-audit-log';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresLedger } from './postgres-ledger';
import { PostgresPersonalData } from './postgres-personal-data';
import { PostgresProfiles } from './postgres-profiles';
import { PostgresPublicIds } from './postgres-public-ids';

const command = (userId: string, scoreIncrement: number) => ({ commandId: randomUUID(), userId, scoreIncrement });

function userRecordsSuite(database: Database): void {
  const ledger = new PostgresLedger(database);
  const records = new PostgresPersonalData(database);
  const TABLES = ['score_event', 'score_total', 'score_rejection', 'hidden_user', 'audit_log', 'profile', 'public_id'];
  const everything = async () => (await Promise.all(TABLES.map((table) => database.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`)))).flat().map(({ row }) => row).join('\n');
  const sums = () =>
    database.query(`SELECT user_id, score, (SELECT sum(score_increment) FROM score_event e WHERE e.user_id = t.user_id) AS history
                      FROM score_total t WHERE score <> (SELECT sum(score_increment) FROM score_event e WHERE e.user_id = t.user_id)`);
  beforeEach(() => database.query(`TRUNCATE ${TABLES.join(', ')}`));

  it('removes the id everywhere, and keeps all points and ranks', async () => {
    await ledger.apply([command('canary', 5), command('bob', 5), command('canary.2', 4), command('canary', 2)]);
    await ledger.reject([{ command: command('canary', 1), reason: 'total-limit' }]);
    const audit = new PostgresAuditLog(database);
    await audit.append({ act: 'hide', actor: 'mod', target: 'canary', details: { userId: 'canary', action: 'kill' } });
    await audit.append({ act: 'hide', actor: 'canary', target: 'bob' });
    await audit.append({ act: 'reverse', actor: 'mod', details: { userId: 'canary.2' } });
    const before = await ledger.top(10);

    expect(await records.count('canary')).toBe(6);
    expect(await records.rename('canary', 'forgotten-x')).toBe(6);
    expect(await records.count('canary')).toBe(0);
    expect((await everything()).replaceAll('canary.2', '')).not.toContain('canary');
    expect(await ledger.top(10)).toEqual(before.map((place) => (place.userId === 'canary' ? { ...place, userId: 'forgotten-x' } : place)));
    expect(await ledger.history('forgotten-x', 10)).toHaveLength(2);
    expect(await sums()).toEqual([]);
    expect((await audit.newest(3)).map(({ actor, target, details }) => ({ actor, target, details }))).toEqual([
      { actor: 'mod', target: undefined, details: { userId: 'canary.2' } },
      { actor: 'forgotten-x', target: 'bob', details: undefined },
      { actor: 'mod', target: 'forgotten-x', details: { userId: 'forgotten-x', action: 'kill' } },
    ]);
    expect(await records.rename('canary', 'forgotten-y')).toBe(0);
  });

  it('erases name, picture and shown ids, as a change that is copied on', async () => {
    const profiles = new PostgresProfiles(database);
    await profiles.save('canary', { name: 'Canary Bird' });
    await profiles.save('bob', { name: 'Bob' });
    await new PostgresPublicIds(database).add([{ publicId: 'p_1', userId: 'canary' }, { publicId: 'p_2', userId: 'bob' }]);
    const { version } = await profiles.changedSince(0, 10);
    expect(await records.count('canary')).toBe(2);
    expect(await records.rename('canary', 'forgotten-x')).toBe(2);
    expect(await everything()).not.toMatch(/canary/i);
    expect(await new PostgresPublicIds(database).find('p_2')).toBe('bob');
    expect((await profiles.changedSince(version, 10)).changes).toEqual([{ userId: 'forgotten-x', profile: undefined }]);
    expect(await database.query('SELECT user_id FROM profile WHERE name_code IS NOT NULL')).toEqual([{ user_id: 'bob' }]);
    expect(await profiles.beginningWith('canary', 10)).toEqual([]);
    expect(await profiles.find(['bob'])).toEqual(new Map([['bob', { name: 'Bob' }]]));
  });

  it('keeps a hidden user hidden under the pseudonym, and renames a moderator who hid others', async () => {
    const adjustments = new PostgresAdjustments(database);
    await ledger.apply([command('canary', 5)]);
    await adjustments.setHidden('canary', true, { reason: 'cheated', by: 'mod' });
    await adjustments.setHidden('bob', true, { reason: 'cheated', by: 'canary' });
    expect(await records.count('canary')).toBe(5);
    expect(await records.rename('canary', 'forgotten-x')).toBe(5);
    expect(await everything()).not.toContain('canary');
    expect(await adjustments.hiddenUsers(10)).toMatchObject([{ userId: 'bob', by: 'forgotten-x' }, { userId: 'forgotten-x', by: 'mod' }]);
    expect(await ledger.top(10)).toEqual([]);
  });

  it('renames a user who sent updates of others as a service, in pages, and continues after an interruption', async () => {
    const service = (issuedBy: string) => ({ ...command('bob', 1), issuedBy });
    const small = new PostgresPersonalData(database, 10);
    for (let i = 0; i < 5; i++) await ledger.apply([...Array.from({ length: 5 }, () => service('canary')), service('canary.2'), command('bob', 1)]);
    await ledger.reject([{ command: service('canary'), reason: 'total-limit' }]);
    expect(await small.count('canary')).toBe(26);

    const stop = (looked: number) => {
      if (looked === 20) throw new Error('stopped');
    };
    await expect(small.rename('canary', 'forgotten-x', stop)).rejects.toThrow('stopped');
    const left = await small.count('canary');
    expect(left).toBeGreaterThan(1);
    expect(left).toBeLessThan(26);
    const progress: number[] = [];
    expect(await small.rename('canary', 'forgotten-y', (looked) => progress.push(looked))).toBe(left);
    expect(progress).toEqual([10, 20, 30, 35]);
    expect(await small.count('canary')).toBe(0);
    expect((await everything()).replaceAll('canary.2', '')).not.toContain('canary');
    expect(await small.count('canary.2')).toBe(5);
    expect(await ledger.standing('bob')).toMatchObject({ score: 35 });
  });

  it('does not rename an operator with the name of the user', async () => {
    const audit = new PostgresAuditLog(database);
    const done = { act: 'client.add', actor: 'canary', target: 'game', details: { console: 'canary@db1' } };
    await audit.append(done);
    expect(await records.count('canary')).toBe(0);
    await audit.append({ act: 'hide', actor: 'canary', target: 'bob' });
    await audit.append({ act: 'token.sign', actor: 'canary', target: 'canary', details: { console: 'canary@db1' } });
    expect(await records.count('canary')).toBe(2);
    await records.rename('canary', 'forgotten-x');
    expect((await audit.newest(3)).map(({ actor, target }) => [actor, target])).toEqual([['canary', 'forgotten-x'], ['forgotten-x', 'bob'], ['canary', 'game']]);
    expect((await audit.newest(3)).at(-1)).toMatchObject(done);
  });

  it('keeps command ids, so that repeated commands still count once', async () => {
    const first = command('canary', 5);
    await ledger.apply([first]);
    await records.rename('canary', 'forgotten-x');
    expect(await ledger.apply([first])).toMatchObject({ applied: 0, conflicts: [0] });
    expect(await ledger.standing('canary')).toBeUndefined();
    expect((await ledger.standing('forgotten-x'))?.score).toBe(5);
  });

  it('loses no points of concurrent updates', async () => {
    const update = async () => {
      for (let i = 0; i < 20; i++) await ledger.apply([command('canary', 1), command('bob', 1)]);
    };
    const updating = Promise.all([update(), update()]);
    const renamed = [await records.rename('canary', 'forgotten-x'), await records.rename('canary', 'forgotten-y')];
    await updating;
    expect(renamed.every(Number.isInteger)).toBe(true);
    expect(await sums()).toEqual([]);
    const [row] = await database.query<{ points: string }>(`SELECT sum(score) AS points FROM score_total WHERE user_id <> 'bob'`);
    expect(row!.points).toBe('40');
  });
}

describeWith('TEST_DATABASE_URL', 'PostgresPersonalData on PostgreSQL', () => {
  const { database, options } = useDatabase();
  userRecordsSuite(database);

  it('changes the audit log and the rejections before it makes writers wait', async () => {
    const writer = new Client({ connectionString: options.url });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query('SELECT FROM leaderboard FOR UPDATE');
    const renaming = new PostgresPersonalData(database).rename('canary', 'forgotten-x');
    await eventually(async () => {
      const { rows } = await writer.query<{ changed: string }>(
        `SELECT changed.relation::regclass::text AS changed FROM pg_locks AS waiting JOIN pg_locks AS changed USING (pid)
          WHERE NOT waiting.granted AND waiting.locktype = 'transactionid' AND changed.mode = 'RowExclusiveLock' AND changed.locktype = 'relation'`,
      );
      expect(rows.map(({ changed }) => changed)).toEqual(expect.arrayContaining(['audit_log', 'score_rejection', 'score_event']));
    });
    await writer.query('COMMIT');
    await writer.end();
    expect(await renaming).toBe(0);
  });

  it('reads nothing but what names the user, however much there is of others', async () => {
    const others = 3_000;
    await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, audit_log');
    await database.query(
      `WITH n AS (SELECT generate_series(1, ${others}) AS i),
            rejected AS (INSERT INTO score_rejection (command_id, score_increment, leaderboard_id, user_id, issued_by, reason) SELECT gen_random_uuid(), 1, 1, 'u' || i, 's' || i, 'x' FROM n),
            hidden AS (INSERT INTO hidden_user (leaderboard_id, user_id, seq, hidden_by) SELECT 1, 'u' || i, i, 'm' || i FROM n),
            earned AS (INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after) SELECT 1, i, gen_random_uuid(), 'u' || i, 1, 1 FROM n),
            total AS (INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT 1, 'u' || i, 1, i, i FROM n)
       INSERT INTO audit_log (id, act, actor, target, details) SELECT gen_random_uuid(), 'reverse', 'm' || i, 'u' || i, jsonb_build_object('userId', 'u' || i) FROM n`,
    );
    const client = new Client({ connectionString: options.url });
    await client.connect();
    await client.query('SET enable_seqscan = off'); // like every connection of the product
    await client.query('BEGIN');
    // Each of the function's statements finds the user once, in each index that may hold it.
    expect((await client.query(`SELECT rename_user(1::smallint, 'u17', 'forgotten-x') AS renamed`)).rows).toEqual([{ renamed: '5' }]);
    const { rows } = await client.query<{ relname: string; read: number }>(
      `SELECT relname, (seq_tup_read + idx_tup_fetch)::integer AS read FROM pg_stat_xact_user_tables WHERE seq_tup_read + idx_tup_fetch > 0 ORDER BY 1`,
    );
    await client.query('ROLLBACK');
    expect(rows.map(({ relname }) => relname)).toEqual(['audit_log', 'hidden_user', 'leaderboard', 'score_event', 'score_rejection', 'score_total']);
    for (const { read } of rows) expect(read).toBeLessThanOrEqual(10);

    const found = `SELECT id FROM audit_log WHERE details @? format('strict $.* ? (@ == %s)', to_jsonb('u17'::text))::jsonpath`;
    const [plan] = await client.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${found}`).then(({ rows: plans }) => plans);
    await client.end();
    expect(stepsOf(plan!).flatMap((step) => step['Index Name'] ?? [])).toEqual(['audit_log_details']);
    expect(rowsOf(stepsOf(plan!))).toBeLessThanOrEqual(3);
    const records = new PostgresPersonalData(database);
    expect(await records.rename('s17', 'forgotten-y')).toBe(1);
    expect(await records.count('m17')).toBe(2);
  });
});

describe('PostgresPersonalData on the embedded database', () => {
  const database = useEmbeddedDatabase();
  userRecordsSuite(database);
});
