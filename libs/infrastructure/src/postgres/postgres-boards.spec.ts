import { boardClosingsContract } from '@scoreboard/application/boards/board-closings.contract';
import { boardFillingContract } from '@scoreboard/application/boards/board-filling.contract';
import { boardOrdersContract } from '@scoreboard/application/boards/board-orders.contract';
import { type BoardParts, boardStoreContract } from '@scoreboard/application/boards/board-store.contract';
import { periodAt } from '@scoreboard/application';
import type { BoardDefinition } from '@scoreboard/domain';
import { Client } from 'pg';
import { randomUUID } from 'node:crypto';
import { describeWith, eventually, explaining, type PlanRow, type PlanStep, rowsOf, stepsDuring, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresBoards } from './postgres-boards';
import { PostgresLedger } from './postgres-ledger';
import { PostgresLedgerEvents } from './postgres-ledger-events';
import { PostgresPersonalData } from './postgres-personal-data';
import { ORDERED_PLAYERS, ORDERED_RANKED, ORDERED_TOP } from './reads-of-ordered-periods';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, top_watch, top_change, board, board_period, board_closing, period_block');
  const users = new PostgresPersonalData(database);
  return {
    store: new PostgresBoards(database),
    ledger: new PostgresLedger(database),
    adjustments: new PostgresAdjustments(database),
    events: new PostgresLedgerEvents(database),
    rename: (userId: string, pseudonym: string) => users.rename(userId, pseudonym),
  };
};

describeWith('TEST_DATABASE_URL', 'PostgresBoards on PostgreSQL', () => {
  const { database, options } = useDatabase();

  describe('the boards', () => boardStoreContract(() => emptied(database)));
  describe('board.closed', () => boardClosingsContract(() => emptied(database)));
  describe('filling a board', () => boardFillingContract(() => emptied(database)));
  describe('the orders of closed periods', () => boardOrdersContract(() => emptied(database)));

  it('writes a batch without comparing each of its commands with each of its users', async () => {
    const { store } = await emptied(database);
    const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 1 };
    await store.define([day]);
    await store.open(day, periodAt(day, Date.now())!);
    const size = 500;
    const rows = rowsOf(
      await stepsInside(
        `SELECT apply_commands(1::smallint, array_agg(gen_random_uuid()), array_agg('u' || i), array_agg(1::bigint), array_agg(NULL::text), array_agg(NULL::text),
                                    array_agg(NULL::uuid), array_agg(NULL::uuid), array_agg(NULL::bigint)) FROM generate_series(1, ${size}) AS i`,
      ),
    );
    expect(rows).toBeGreaterThan(5 * size);
    expect(rows).toBeLessThan(50 * size);
  });

  /** A closed period of yesterday with so many users. */
  async function closedWith(users: number): Promise<{ readonly parts: BoardParts; readonly key: number }> {
    const parts = await emptied(database);
    // Statistics that do not know the period, as they are until autovacuum has looked: then PostgreSQL expects one row in it.
    await parts.ledger.apply([{ commandId: randomUUID(), userId: 'earlier', scoreIncrement: 1 }]);
    await database.query('ALTER TABLE score_total SET (autovacuum_enabled = false)');
    await database.query('ANALYZE score_total');
    const day: BoardDefinition = { id: 'day', reset: 'daily', timezone: 'UTC', keep: 1 };
    await parts.store.define([day]);
    const yesterday = Date.now() - 86_400_000;
    await parts.store.open(day, periodAt(day, yesterday)!);
    const commands = Array.from({ length: users }, (_, i) => ({ commandId: randomUUID(), userId: `u${i}`, scoreIncrement: 1 + (i % 997), acceptedAt: yesterday }));
    for (let i = 0; i < users; i += 5_000) await parts.ledger.apply(commands.slice(i, i + 5_000));
    const [period] = (await parts.store.read(yesterday)).boards[0]!.periods;
    await parts.store.close(period!);
    await parts.store.tellClosings();
    return { parts, key: period!.key };
  }

  it('reads a rank of a closed period, a page of ranks, the number of players and the standings of users without its totals: by its blocks of a thousand', async () => {
    const users = 30_000;
    const { parts, key } = await closedWith(users);
    await parts.store.writeOrders();
    const rowsFor = async (sql: string, ...parameters: unknown[]) => rowsOf(stepsOf((await database.query<PlanRow>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, parameters))[0]!));
    for (const userId of ['u0', 'u15000', `u${users - 1}`]) expect(await rowsFor(ORDERED_RANKED, key, [userId])).toBeLessThan(1_000 + 100);
    // Five steps see the places of at most two blocks.
    for (const from of [1, 15_000, users]) expect(await rowsFor(ORDERED_TOP, key, from, 10)).toBeLessThan(5 * 2 * 1_000 + 500);
    expect(await rowsFor(ORDERED_PLAYERS, key)).toBeLessThan(100);
    // A decision about a flag reads standings in closed periods too.
    expect(rowsOf(await stepsInside(`SELECT standings_on_all_boards(1::smallint, ARRAY['u0', 'u15000'])`))).toBeLessThan(100);
  });

  it('begins the order of a period again if a moderator changed a user meanwhile', async () => {
    const { parts, key } = await closedWith(3);
    const moderator = new Client(options.url);
    await moderator.connect();
    await moderator.query(`BEGIN; SELECT hide_user(1::smallint, 'u2', true, 'a test', 'mod')`);
    const written = parts.store.writeOrders();
    await eventually(async () => expect(await database.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%write_order()%' AND wait_event_type = 'Lock'`)).toHaveLength(1));
    await moderator.query('COMMIT');
    await moderator.end();
    await written;
    expect(await parts.ledger.ofPeriod(key).top(10)).toEqual([{ rank: 1, userId: 'u1', score: 2 }, { rank: 2, userId: 'u0', score: 1 }]);
  });

  /** The executed plans of the statements inside the functions that a statement calls. */
  async function stepsInside(sql: string): Promise<readonly PlanStep[]> {
    const explained = new Database({ url: explaining(options.url!), poolSize: 2 });
    try {
      // From the sixth time on, PostgreSQL may keep a plan.
      for (let i = 0; i < 5; i++) await explained.query(sql);
      return await stepsDuring(explained, () => explained.query(sql));
    } finally {
      await explained.onApplicationShutdown();
    }
  }
});

describe('PostgresBoards on the embedded database', () => {
  const database = useEmbeddedDatabase();

  describe('the boards', () => boardStoreContract(() => emptied(database)));
  describe('board.closed', () => boardClosingsContract(() => emptied(database)));
  describe('filling a board', () => boardFillingContract(() => emptied(database)));
  describe('the orders of closed periods', () => boardOrdersContract(() => emptied(database)));
});
