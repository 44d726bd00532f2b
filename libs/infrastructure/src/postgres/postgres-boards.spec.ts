import { boardClosingsContract } from '@scoreboard/application/boards/board-closings.contract';
import { boardFillingContract } from '@scoreboard/application/boards/board-filling.contract';
import { boardStoreContract } from '@scoreboard/application/boards/board-store.contract';
import { describeWith, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
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
  const { database } = useDatabase();

  describe('the boards', () => boardStoreContract(() => emptied(database)));
  describe('board.closed', () => boardClosingsContract(() => emptied(database)));
  describe('filling a board', () => boardFillingContract(() => emptied(database)));
});

describe('PostgresBoards on the embedded database', () => {
  const database = useEmbeddedDatabase();

  describe('the boards', () => boardStoreContract(() => emptied(database)));
  describe('board.closed', () => boardClosingsContract(() => emptied(database)));
  describe('filling a board', () => boardFillingContract(() => emptied(database)));
});
