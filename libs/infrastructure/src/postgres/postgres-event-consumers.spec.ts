import { eventConsumersContract } from '@scoreboard/application/events/event-consumers.contract';
import { describeWith, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import type { Database } from './database';
import { PostgresConsumerRecords } from './postgres-consumer-records';
import { PostgresEventConsumers } from './postgres-event-consumers';

const emptied = async (database: Database) => {
  await database.query('TRUNCATE event_consumer CASCADE');
  return { consumers: new PostgresEventConsumers(database), records: new PostgresConsumerRecords(database) };
};

describeWith('TEST_DATABASE_URL', 'PostgresEventConsumers on PostgreSQL', () => {
  const { database } = useDatabase();
  eventConsumersContract(() => emptied(database));
});

describe('PostgresEventConsumers on the embedded database', () => {
  const database = useEmbeddedDatabase();
  eventConsumersContract(() => emptied(database));
});
