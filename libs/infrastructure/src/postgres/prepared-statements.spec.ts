import { randomUUID } from 'node:crypto';
import { describeWith, type PlanRow, rowsOf, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { PostgresClients } from './postgres-clients';
import { PostgresLedger } from './postgres-ledger';

/** PostgreSQL decides after five plans for certain values whether it keeps one for all. */
const RUNS = 8;
const EVENTS = 20_000;

/** Queries run one after the other, so they share a connection of the pool. */
describeWith('TEST_DATABASE_URL', 'The statements of requests and of batches', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const ids = Array.from({ length: 50 }, () => randomUUID());
  const prepared = () => database.query<{ name: string; generic: number }>('SELECT name, generic_plans::integer AS generic FROM pg_prepared_statements ORDER BY name');
  /** The steps of a statement's plan for any parameters, as executed with these. */
  async function stepsFor(name: string, parameters: string) {
    const [row] = await database.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ${name}(${parameters})`);
    return stepsOf(row!);
  }

  beforeAll(async () => {
    await ledger.apply(ids.map((commandId, i) => ({ commandId, userId: `u${i % 3}`, scoreIncrement: 1 })));
    // The worst case: PostgreSQL knows that the tables are small.
    await database.query('VACUUM ANALYZE score_event, score_total, score_rejection, client');
    for (let i = 0; i < RUNS; i++) {
      await ledger.apply([{ commandId: randomUUID(), userId: 'u0', scoreIncrement: 1 }]);
      await ledger.outcomes(ids.slice(0, i + 1));
      await ledger.history('u1', 10 + i);
      await ledger.standing('u1');
      await new PostgresClients(database).find('game');
    }
    await database.query(
      `INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after)
       SELECT 1, (SELECT max(seq) FROM score_event) + i, gen_random_uuid(), 'v' || i % 100, 1, 1 FROM generate_series(1, ${EVENTS}) AS i`,
    );
    await database.query(`INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT 1, 'v' || i, i, i, i FROM generate_series(1, ${EVENTS}) AS i`);
  });

  it('are parsed once per connection, and planned once for all parameters', async () => {
    const statements = await prepared();
    expect(statements.map(({ name }) => name)).toEqual(['apply', 'client', 'history', 'outcomes', 'standing']);
    for (const { generic } of statements) expect(generic).toBeGreaterThan(0);
  });

  it.each([
    ['outcomes', `1, '{${ids.slice(0, 10).join()}}'`, 10 * 8, ['score_event_command', 'score_rejection_pkey']],
    ['history', `1, 'u1', ${Number.MAX_SAFE_INTEGER}, 10`, 10 * 3, ['score_event_user']],
    ['standing', `1, 'u1'`, 1, ['score_total_pkey']],
    ['client', `'game'`, 1, ['client_pkey']],
  ])('%s: the plan from when the tables were small reads no more rows once they are large', async (name, parameters, most, indexes) => {
    const steps = await stepsFor(name, parameters);
    expect(steps.flatMap((step) => step['Index Name'] ?? [])).toEqual(indexes);
    expect(steps.map((step) => step['Node Type'])).not.toContain('Seq Scan');
    expect(rowsOf(steps)).toBeLessThanOrEqual(most);
  });

  it('read no events of other users for the history of a user with few events, where statistics promise few users', async () => {
    await database.query(`UPDATE score_event SET user_id = 'v0' WHERE user_id LIKE 'v%'`);
    await database.query('ANALYZE score_event');
    const steps = await stepsFor('history', `1, 'u2', ${Number.MAX_SAFE_INTEGER}, 50`);
    expect(rowsOf(steps)).toBeLessThan(100);
    expect(await ledger.history('u2', 50)).toHaveLength(16);
  });
});

describe('The same statements on the embedded database', () => {
  const database = useEmbeddedDatabase();

  it('have no names, because its connections share one session', async () => {
    await Promise.all(Array.from({ length: 4 }, () => new PostgresLedger(database).standing('ann')));
    expect(await database.query('SELECT name FROM pg_prepared_statements')).toEqual([]);
  });
});
