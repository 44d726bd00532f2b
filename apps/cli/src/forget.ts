import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { ForgetUser, RebuildLeaderboard, type UserRecords } from '@scoreboard/application';
import { USER_ID } from '@scoreboard/domain';
import { closeRedis, connectRedis, RedisLeaderboard, RedisUserRecords } from '@scoreboard/infrastructure/cache';
import { readSettings, type Settings } from '@scoreboard/infrastructure/config';
import { type Database, operatorDatabase, PostgresAuditLog, PostgresLedger, PostgresUserRecords } from '@scoreboard/infrastructure/database';
import { DeadLetterFile, DeadLetterQueue, RedisBoardFeed } from '@scoreboard/infrastructure/messaging';
import { run } from '@scoreboard/infrastructure/observability';

const HELP = `npm run forget -- <userId> [--standalone]

Erases a person: all points, places and dead letters stay, under a random pseudonym; nothing keeps the id.

First let the person get no more tokens and the queue run empty: a command still on the way makes the user anew. Again is harmless.
DATABASE_URL, REDIS_URL and RABBITMQ_URL are required. --standalone takes what is unset from a standalone's DATA_DIR, and needs it stopped.
`;

run(async () => {
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the answer
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { standalone: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
  const [userId] = positionals;
  if (values.help || userId === undefined) return void process.stdout.write(HELP);
  if (!USER_ID.test(userId)) throw new Error(`${userId}: is no user id`);
  const settings = readSettings('cli');
  const servers = ['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL'] as const;
  const missing = servers.filter((name) => !settings[name] && !values.standalone);
  if (missing.length) throw new Error(`${missing.join(', ')}: required, else the id would stay there; or --standalone, with the standalone stopped`);
  await forget(userId, settings);
});

async function forget(userId: string, settings: Settings): Promise<void> {
  const { DATA_DIR, REDIS_URL, RABBITMQ_URL } = settings;
  const database = operatorDatabase(settings);
  const letters = RABBITMQ_URL ? await DeadLetterQueue.open({ url: RABBITMQ_URL }) : undefined;
  const redis = REDIS_URL ? connectRedis(REDIS_URL, { name: 'forget' }) : undefined;
  try {
    if (redis) await once(redis, 'ready', { signal: AbortSignal.timeout(5_000) });
    const places: Record<string, UserRecords> = {
      'dead letters': letters ?? new DeadLetterFile(join(DATA_DIR, 'dead-letters.jsonl')),
      ...(redis ? { 'command keys': new RedisUserRecords({ client: redis }) } : {}),
      database: new PostgresUserRecords(database),
    };
    const { pseudonym, records } = await new ForgetUser(new PostgresAuditLog(database), places, redis && rebuildOf(database, redis)).execute(userId);
    const found = Object.entries(records).map(([place, count]) => `${place} ${count}`);
    process.stdout.write(`forgotten as ${pseudonym}: ${found.join(', ')} records\n`);
  } finally {
    if (redis) await closeRedis(redis);
    await letters?.close();
    await database.onApplicationShutdown();
  }
}

const rebuildOf = (database: Database, client: ReturnType<typeof connectRedis>): RebuildLeaderboard =>
  new RebuildLeaderboard(new PostgresLedger(database), new RedisLeaderboard({ client }), new RedisBoardFeed({ client, connect: () => client.duplicate() }));
