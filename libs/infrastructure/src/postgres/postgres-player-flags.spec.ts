import { playerFlagsContract } from '@scoreboard/application/flags/player-flags.contract';
import { describeWith, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import type { Database } from './database';
import { PostgresAdjustments } from './postgres-adjustments';
import { PostgresLedger } from './postgres-ledger';
import { PostgresLedgerEvents } from './postgres-ledger-events';
import { PostgresPastUpdates } from './postgres-past-updates';
import { PostgresPersonalData } from './postgres-personal-data';
import { PostgresPlayerFlags } from './postgres-player-flags';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE score_event, score_total, hidden_user, player_flag, flag_update, flag_event, audit_log, top_watch, top_change');
  const personalData = new PostgresPersonalData(database);
  return {
    ledger: new PostgresLedger(database),
    adjustments: new PostgresAdjustments(database),
    events: new PostgresLedgerEvents(database),
    flags: new PostgresPlayerFlags(database),
    past: new PostgresPastUpdates(database),
    forget: (userId: string, pseudonym: string) => personalData.rename(userId, pseudonym),
  };
};

describeWith('TEST_DATABASE_URL', 'PostgresPlayerFlags on PostgreSQL', () => {
  const { database } = useDatabase();
  playerFlagsContract(() => emptied(database));
});

describe('PostgresPlayerFlags on the embedded database', () => {
  const database = useEmbeddedDatabase();
  playerFlagsContract(() => emptied(database));
});
