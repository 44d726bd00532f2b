import { boardClosingsContract } from '@scoreboard/application/boards/board-closings.contract';
import { boardFillingContract } from '@scoreboard/application/boards/board-filling.contract';
import { boardStoreContract } from '@scoreboard/application/boards/board-store.contract';
import { periodAt } from '@scoreboard/application';
import type { BoardDefinition } from '@scoreboard/domain';
import { Client } from 'pg';
import { describeWith, type PlanStep, rowsOf, stepsOf, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import type { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresBoards } from './postgres-boards';
import { PostgresLedger } from './postgres-ledger';
import { PostgresLedgerEvents } from './postgres-ledger-events';
import { PostgresPersonalData } from './postgres-personal-data';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, score_rejection, hidden_user, top_watch, top_change, board, board_period, board_closing');
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

  /** The executed plans of the statements inside the functions that a statement calls. */
  async function stepsInside(sql: string): Promise<readonly PlanStep[]> {
    const client = new Client(options.url);
    await client.connect();
    const plans: string[] = [];
    client.on('notice', ({ message }) => plans.push(message!.slice(message!.indexOf('{'))));
    try {
      await client.query(`LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on;
        SET auto_explain.log_format = 'json'; SET client_min_messages = 'log'`);
      // From the sixth time on, PostgreSQL may keep a plan.
      for (let i = 0; i < 6; i++) {
        plans.length = 0;
        await client.query(sql);
      }
    } finally {
      await client.end();
    }
    return plans.flatMap((plan) => stepsOf({ 'QUERY PLAN': [JSON.parse(plan) as { Plan: PlanStep }] }));
  }
});

describe('PostgresBoards on the embedded database', () => {
  const database = useEmbeddedDatabase();

  describe('the boards', () => boardStoreContract(() => emptied(database)));
  describe('board.closed', () => boardClosingsContract(() => emptied(database)));
  describe('filling a board', () => boardFillingContract(() => emptied(database)));
});
