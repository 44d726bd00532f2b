import { playerActivityContract, playerPagesContract } from '@scoreboard/application/people/player-pages.contract';
import { describeWith, type PlanRow, rowsOf, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import type { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresLedger } from './postgres-ledger';
import { PostgresPersonalData } from './postgres-personal-data';
import { PostgresPlayerActivity } from './postgres-player-activity';
import { PostgresPlayerPages } from './postgres-player-pages';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, player_page');
  return { ledger: new PostgresLedger(database), adjustments: new PostgresAdjustments(database), activity: new PostgresPlayerActivity(database) };
};
const contracts = (database: Database) => {
  playerPagesContract(async () => {
    await emptied(database);
    return new PostgresPlayerPages(database);
  });
  playerActivityContract(() => emptied(database));
};

describeWith('TEST_DATABASE_URL', 'Pages of players on PostgreSQL', () => {
  const { database } = useDatabase();

  contracts(database);

  it('keep nothing of a player who is forgotten', async () => {
    await emptied(database);
    const [pages, users] = [new PostgresPlayerPages(database), new PostgresPersonalData(database)];
    await pages.save('ann', 'activity');
    expect([await users.count('ann'), await users.rename('ann', 'forgotten-1'), await users.count('ann')]).toEqual([1, 1, 0]);
    expect([await pages.find('ann'), await pages.find('forgotten-1')]).toEqual([undefined, undefined]);
  });

  it.each([['scores of 30 days', 5_000], ['actions', 5_000]])('read the %s of a player with 20,000 events among 40,000 by the index, without the others', async (what, most) => {
    await emptied(database);
    await database.query(`
      INSERT INTO score_event (leaderboard_id, seq, command_id, user_id, score_increment, score_after, action, at)
      SELECT 1, n, gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'ann' ELSE 'user-' || n END, 1, n / 2 + 1, 'quiz-' || n % 7, now() - (40000 - n) * interval '150 s'
        FROM generate_series(0, 39999) AS n`);
    await database.query('ANALYZE score_event');
    const statements: (readonly [string, unknown[]])[] = [];
    const recording = { query: (sql: string, parameters: unknown[]) => (statements.push([sql, parameters]), database.query(sql, parameters)) };
    const activity = new PostgresPlayerActivity(recording as unknown as Database);
    const days = Array.from({ length: 30 }, (_, i) => new Date(Date.now() - (29 - i) * 86_400_000));
    if (what === 'actions') expect((await activity.bestActions('ann', 1_000, 5)).length).toBe(5);
    else expect((await activity.scoresAt('ann', days)).at(-2)).toBeGreaterThan(19_000);
    const [[sql, parameters]] = statements as [(typeof statements)[number]];
    const [row] = await database.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, parameters);
    const steps = stepsOf(row!);
    expect([...new Set(steps.filter((step) => step['Relation Name']).map((step) => step['Index Name'] ?? step['Node Type']))]).toEqual(['score_event_user']);
    expect(rowsOf(steps)).toBeLessThan(most);
  });
});

describe('Pages of players on the embedded database', () => {
  contracts(useEmbeddedDatabase());
});
