import { Logger } from '@nestjs/common';
import { readSettings } from '@scoreboard/infrastructure/config';
import { Database } from '@scoreboard/infrastructure/database';
import { run } from '@scoreboard/infrastructure/observability';

run(async () => {
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the answer
  const { DATABASE_URL } = readSettings('cli');
  if (!DATABASE_URL) throw new Error('DATABASE_URL: is required');
  const database = new Database({ url: DATABASE_URL });
  await database.open();
  const migrations = await database.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  process.stdout.write(`the schema is up to date: ${migrations.map(({ name }) => name).join(', ')}\n`);
  await database.onApplicationShutdown();
});
