import { serviceClientsContract } from '@scoreboard/application/service-clients.contract';
import { describeWith, freshDatabase } from '../../../../test/support';
import { Database } from './database';
import { PostgresClients } from './postgres-clients';

describeWith('TEST_DATABASE_URL', 'PostgresClients on PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof freshDatabase>>;
  let database: Database;
  beforeAll(async () => {
    server = await freshDatabase();
    database = new Database({ url: server.url });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await server.drop();
  });

  serviceClientsContract(async () => {
    await database.query('TRUNCATE client');
    return new PostgresClients(database);
  });
});

describe('PostgresClients on the embedded database', () => {
  const database = new Database({});
  beforeAll(() => database.open(), 60_000);
  afterAll(() => database.onApplicationShutdown());

  serviceClientsContract(async () => {
    await database.query('TRUNCATE client');
    return new PostgresClients(database);
  });
});
