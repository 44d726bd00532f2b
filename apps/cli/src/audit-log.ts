import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { readSettings } from '@scoreboard/infrastructure/config';
import { operatorDatabase, PostgresAuditLog } from '@scoreboard/infrastructure/database';
import { run } from '@scoreboard/infrastructure/observability';
import { KeyRing, operatorDataKeys } from '@scoreboard/infrastructure/security';

const HELP = `npm run audit-log -- list [--since <time>] [--limit <n>]

What moderators, services and operators did, newest first, one JSON object a line.

  --since  entries after this time, such as 2026-11-24 or 2026-11-24T12:00:00Z
  --limit  how many; default 100

An address is told with the keys it was sealed with (DATA_ENCRYPTION_KEYS, or the standalone's own), and null without.
`;

run(async () => {
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the answer
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { since: { type: 'string' }, limit: { type: 'string', default: '100' }, help: { type: 'boolean', default: false } },
  });
  if (values.help || positionals[0] !== 'list') return void process.stdout.write(HELP);
  const limit = Number(values.limit);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new Error('--limit: must be a whole number, at least 1');
  const since = values.since === undefined ? undefined : new Date(values.since);
  if (since && Number.isNaN(since.getTime())) throw new Error('--since: must be a time, such as 2026-11-24T12:00:00Z');
  const settings = readSettings('cli');
  const keys = operatorDataKeys(settings);
  const database = operatorDatabase(settings);
  try {
    const entries = await new PostgresAuditLog(database, keys && new KeyRing(keys)).newest(limit, since);
    for (const entry of entries) process.stdout.write(`${JSON.stringify(entry)}\n`);
  } finally {
    await database.onApplicationShutdown();
  }
});
