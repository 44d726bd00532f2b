import { serviceClientsContract } from '@scoreboard/application/auth/service-clients.contract';
import { describeWith, useDatabase, useEmbeddedDatabase } from '../../../../test/support';
import { PostgresClients } from './postgres-clients';

describeWith('TEST_DATABASE_URL', 'PostgresClients on PostgreSQL', () => {
  const { database } = useDatabase();

  serviceClientsContract(async () => {
    await database.query('TRUNCATE client');
    return new PostgresClients(database);
  });
});

describe('PostgresClients on the embedded database', () => {
  const database = useEmbeddedDatabase();

  serviceClientsContract(async () => {
    await database.query('TRUNCATE client');
    return new PostgresClients(database);
  });
});
