import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** Creates an empty database on the test server. `drop` removes it and closes open connections. */
export async function freshDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error('TEST_DATABASE_URL is not set: guard this suite with describeWith');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // template0 accepts no connections; an open connection to the template would block the copy.
  await run(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => run(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
