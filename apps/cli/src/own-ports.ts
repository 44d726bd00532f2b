import { join } from 'node:path';
import { type DeadLetters, LeaderboardRecords, type PersonalData } from '@scoreboard/application';
import { RedisBoardFeed, RedisLeaderboard, RedisLeaderboards, RedisPersonalData, RedisShownProfiles } from '@scoreboard/infrastructure/redis';
import { operatorDataKeys, type Settings } from '@scoreboard/infrastructure/config';
import { type Database, PostgresAuditLog, PostgresBoards, PostgresClients, PostgresConsumerRecords, PostgresLedger, PostgresSchema, PostgresPersonalData, SealedColumns } from '@scoreboard/infrastructure/postgres';
import { DeadLetterFile, FileDeadLetters } from '@scoreboard/infrastructure/in-process';
import { RabbitMqDeadLetters } from '@scoreboard/infrastructure/rabbitmq';
import { KeyRingCipher } from '@scoreboard/infrastructure/encryption';
import type { OperatorPorts } from '@scoreboard/interfaces/operator';
import type { RedisClientType } from 'redis';

/** The servers that were opened for an act. */
export interface OpenServers {
  readonly database?: Database;
  readonly redis?: RedisClientType;
}

/** The ports on these servers, and on the files of `DATA_DIR` if there is no broker. Ports of servers that were not opened are missing. */
export function ownPorts(settings: Settings, { database, redis }: OpenServers): OperatorPorts {
  const onDatabase = database && portsOnDatabase(settings, database);
  const onRedis = redis && portsOnRedis(redis);
  const { letters, inLetters } = deadLetters(settings);
  const records: Record<string, PersonalData> = {
    'dead letters': inLetters,
    ...(redis && { 'command keys': new RedisPersonalData({ client: redis }) }),
    ...(database && { database: new PostgresPersonalData(database) }),
    ...(onDatabase && onRedis && { leaderboard: new LeaderboardRecords(onDatabase.ledger, onRedis.leaderboards, onDatabase.boards, new RedisShownProfiles({ client: redis! })) }),
  };
  return { verifier: undefined, ...onDatabase, ...onRedis, letters, records } as OperatorPorts;
}

function portsOnDatabase(settings: Settings, database: Database) {
  const keys = operatorDataKeys(settings);
  const ring = keys && new KeyRingCipher(keys);
  return {
    audit: new PostgresAuditLog(database, ring),
    schema: new PostgresSchema(database),
    clients: new PostgresClients(database),
    consumers: new PostgresConsumerRecords(database),
    ledger: new PostgresLedger(database),
    boards: new PostgresBoards(database),
    ...(ring && { sealed: new SealedColumns(database, ring) }),
  };
}

function portsOnRedis(client: RedisClientType) {
  const leaderboard = new RedisLeaderboard({ client });
  const feed = new RedisBoardFeed({ client, connect: () => client.duplicate() });
  return { leaderboards: new RedisLeaderboards({ client, leaderboard, feed }) };
}

function deadLetters({ RABBITMQ_URL: url, DATA_DIR }: Settings): { readonly letters: DeadLetters; readonly inLetters: PersonalData } {
  if (url) {
    const letters = new RabbitMqDeadLetters({ url });
    return { letters, inLetters: letters };
  }
  const file = new DeadLetterFile(join(DATA_DIR, 'dead-letters.jsonl'));
  return { letters: new FileDeadLetters(file), inLetters: file };
}
