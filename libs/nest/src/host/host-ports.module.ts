import { join } from 'node:path';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { ActionCounts, BoardFeed, BoardStore, DecidedIncrements, FieldCipher, IdempotencyStore, Leaderboards, PublishedBoards, QueueProgress, Quotas, RateCounters, ScoreQueue, ShownProfiles, TokenSigner, TokenVerifier, WorkerProgress, WorkerReports } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents, ScoreLedger } from '@scoreboard/domain';
import type { Settings } from '@scoreboard/infrastructure/config';
import { DeadLetterFile, EmbeddedBoardFeed, EmbeddedQueueProgress, EmbeddedScoreQueue, MemoryActionCounts, MemoryDecidedIncrements, MemoryIdempotencyStore, MemoryLeaderboard, MemoryLeaderboards, MemoryPublishedBoards, MemoryQuotas, MemoryShownProfiles } from '@scoreboard/infrastructure/in-process';
import { PostgresModule } from '@scoreboard/infrastructure/postgres';
import { RabbitMqScoreQueue } from '@scoreboard/infrastructure/rabbitmq';
import { closeRedis, connectRedis, REDIS, RedisActionCounts, RedisBoardFeed, RedisDecidedIncrements, RedisIdempotencyStore, RedisLeaderboard, RedisLeaderboards, RedisPublishedBoards, RedisQuotas, RedisRateCounters, RedisShownProfiles } from '@scoreboard/infrastructure/redis';
import { JwtStrategy, TokensModule } from '@scoreboard/infrastructure/tokens';
import type { RedisClientType } from 'redis';
import { checkAdapters, CHECKED } from './check-adapters';
import { HOST_SETTINGS } from './host-settings';
import type { ScoreboardAdapters, ScoreboardOptions } from './scoreboard-options';
import { MODULE_OPTIONS_TOKEN } from './options-token';

type Redis = RedisClientType | undefined;

/** A port on Redis or, without `redisUrl`, in this process. */
const redisOr = <T>(provide: abstract new (...args: never[]) => T, onRedis: (client: RedisClientType, url: string) => T, inProcess: () => T): Provider => ({
  provide,
  useFactory: (client: Redis, { REDIS_URL }: Settings) => (client ? onRedis(client, REDIS_URL!) : inProcess()),
  inject: [REDIS, HOST_SETTINGS],
});

const connectFeed = (url: string) => () => connectRedis(url, { name: 'scoreboard-feed' });

/** The ports of the scoreboard in a host's application: on the servers of the options, in this process, or the host's own. */
@Module({})
export class HostPortsModule implements OnApplicationShutdown {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(CHECKED) _checked: true,
  ) {}

  static forRoot(adapters: ScoreboardAdapters): DynamicModule {
    const { queue, ledger, leaderboard, feed, verifier } = adapters;
    const providers: Provider[] = [
      checkAdapters(adapters),
      { provide: REDIS, useFactory: ({ REDIS_URL }: Settings): Redis => (REDIS_URL ? connectRedis(REDIS_URL, { name: 'scoreboard' }) : undefined), inject: [HOST_SETTINGS] },
      redisOr(IdempotencyStore, (client) => new RedisIdempotencyStore({ client }), () => new MemoryIdempotencyStore()),
      redisOr(ActionCounts, (client) => new RedisActionCounts({ client }), () => new MemoryActionCounts()),
      redisOr(DecidedIncrements, (client) => new RedisDecidedIncrements({ client }), () => new MemoryDecidedIncrements()),
      redisOr(Quotas, (client) => new RedisQuotas({ client }), () => new MemoryQuotas()),
      { provide: RateCounters, useFactory: (client: Redis) => client && new RedisRateCounters({ client }), inject: [REDIS] },
      { provide: FieldCipher, useValue: null },
      leaderboard ? { provide: Leaderboard, ...leaderboard } : redisOr(Leaderboard, (client) => new RedisLeaderboard({ client }), () => new MemoryLeaderboard()),
      feed ? { provide: BoardFeed, ...feed } : redisOr(BoardFeed, (client, url) => new RedisBoardFeed({ client, connect: connectFeed(url) }), () => new EmbeddedBoardFeed()),
      { provide: Leaderboards, useFactory: leaderboardsOn, inject: [REDIS, Leaderboard, BoardFeed] },
      redisOr(ShownProfiles, (client) => new RedisShownProfiles({ client }), () => new MemoryShownProfiles()),
      redisOr(PublishedBoards, (client) => new RedisPublishedBoards({ client }), () => new MemoryPublishedBoards()),
      { provide: QueueProgress, useFactory: progressOf, inject: [ScoreQueue, { token: WorkerReports, optional: true }] },
      queue ? { provide: ScoreQueue, ...queue } : { provide: ScoreQueue, useFactory: openQueue, inject: [HOST_SETTINGS, ScoreboardEvents] },
      ...(ledger ? [{ provide: ScoreLedger, ...ledger }, { provide: BoardStore, useValue: NO_BOARDS }] : []),
      ...(verifier ? [{ provide: TokenVerifier, ...verifier }, { provide: TokenSigner, useValue: null }, strategy] : []),
    ];
    const tokens = [REDIS, IdempotencyStore, ActionCounts, DecidedIncrements, Quotas, RateCounters, FieldCipher, Leaderboard, Leaderboards, PublishedBoards, ShownProfiles, BoardFeed, ScoreQueue, QueueProgress];
    return {
      module: HostPortsModule,
      global: true,
      imports: [...(ledger ? [] : [postgres]), ...(verifier ? [] : [TokensModule.forRootAsync({ useFactory: (settings: Settings) => settings, inject: [HOST_SETTINGS] })])],
      providers,
      exports: [...tokens, ...(ledger ? [ScoreLedger, BoardStore] : []), ...(verifier ? [TokenVerifier, TokenSigner] : [])],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.redis) await closeRedis(this.redis);
  }
}

/** The periods of boards: on Redis if the feed is. */
const leaderboardsOn = (client: Redis, leaderboard: Leaderboard, feed: BoardFeed): Leaderboards =>
  client && feed instanceof RedisBoardFeed ? new RedisLeaderboards({ client, leaderboard, feed }) : new MemoryLeaderboards(leaderboard, feed);

const NO_BOARDS: BoardStore = {
  define: async () => undefined,
  read: async () => ({ boards: [], expired: [] }),
  open: async () => undefined,
  close: async () => false,
  tellClosings: async () => undefined,
  writeOrders: async () => undefined,
  past: async () => [],
  fill: async () => undefined,
  countUnfilled: async () => 0,
  definition: async () => undefined,
  droppable: async () => [],
  countTotals: async () => 0,
  drop: async () => 0,
};

const UNKNOWN_PROGRESS: QueueProgress = { isAppliedUpTo: async () => false, report: async () => undefined, leave: async () => undefined };

function progressOf(queue: ScoreQueue, reports?: WorkerReports): QueueProgress {
  if (queue instanceof EmbeddedScoreQueue) return new EmbeddedQueueProgress(queue);
  return queue instanceof RabbitMqScoreQueue && reports ? new WorkerProgress(reports, queue) : UNKNOWN_PROGRESS;
}

const strategy: Provider = { provide: JwtStrategy, useFactory: (verifier: TokenVerifier) => new JwtStrategy(verifier), inject: [TokenVerifier] };

const postgres = PostgresModule.forRootAsync({
  useFactory: ({ DATABASE_URL: url, DATA_DIR: folder }: Settings, { migrations = true }: ScoreboardOptions) => ({ url, folder, schema: migrations ? 'migrate' : 'require' }) as const,
  inject: [HOST_SETTINGS, MODULE_OPTIONS_TOKEN],
});

function openQueue({ RABBITMQ_URL: url, DATA_DIR }: Settings, events: ScoreboardEvents): ScoreQueue {
  if (!url) {
    const { storeDeadLetters } = new DeadLetterFile(join(DATA_DIR, 'dead-letters.jsonl'));
    return new EmbeddedScoreQueue({ storeDeadLetters, events });
  }
  const queue = new RabbitMqScoreQueue({ url, events });
  queue.open();
  return queue;
}
