import { Logger } from '@nestjs/common';
import { RebuildLeaderboard } from '@scoreboard/application';
import { closeRedis, connectRedis, RedisLeaderboard } from '@scoreboard/infrastructure/cache';
import { readSettings } from '@scoreboard/infrastructure/config';
import { Database, PostgresLedger } from '@scoreboard/infrastructure/database';
import { RedisBoardFeed } from '@scoreboard/infrastructure/messaging';
import { run } from '@scoreboard/infrastructure/observability';
import { once } from 'node:events';

run(async () => {
  Logger.overrideLogger(['warn', 'error', 'fatal']); // standard output is for the answer
  const { DATABASE_URL, REDIS_URL } = readSettings('cli');
  if (!DATABASE_URL) throw new Error('DATABASE_URL: is required');
  if (!REDIS_URL) throw new Error('REDIS_URL: is required');
  const database = new Database({ url: DATABASE_URL });
  const client = connectRedis(REDIS_URL, { name: 'rebuild' });
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(5_000) });
    const feed = new RedisBoardFeed({ client, connect: () => client.duplicate() });
    const rebuild = new RebuildLeaderboard(new PostgresLedger(database), new RedisLeaderboard({ client }), feed);
    const board = await rebuild.execute((standings) => process.stderr.write(`\r${standings} standings`));
    process.stdout.write(board ? `\nthe leaderboard is rebuilt, its board has revision ${board.revision}\n` : 'another process is rebuilding it\n');
  } finally {
    await closeRedis(client);
    await database.onApplicationShutdown();
  }
});
