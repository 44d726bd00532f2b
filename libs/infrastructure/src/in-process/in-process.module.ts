import { type DynamicModule, Module } from '@nestjs/common';
import { ActionCounts, BoardFeed, DecidedIncrements, IDEMPOTENCY_PERSONAL_DATA, IdempotencyStore, DEAD_LETTER_PERSONAL_DATA, DeadLetters, Leaderboards, PublishedBoards, QueueProgress, Quotas, ScoreQueue, ShownProfiles } from '@scoreboard/application';
import { Leaderboard, ScoreboardEvents } from '@scoreboard/domain';
import { DeadLetterFile } from './dead-letter-file';
import { EmbeddedBoardFeed } from './embedded-board-feed';
import { EmbeddedQueueProgress } from './embedded-queue-progress';
import { EmbeddedScoreQueue } from './embedded-score-queue';
import { FileDeadLetters } from './file-dead-letters';
import { MemoryActionCounts } from './memory-action-counts';
import { MemoryDecidedIncrements } from './memory-decided-increments';
import { MemoryIdempotencyStore } from './memory-idempotency-store';
import { MemoryLeaderboard } from './memory-leaderboard';
import { MemoryLeaderboards } from './memory-leaderboards';
import { MemoryPersonalData } from './memory-personal-data';
import { MemoryPublishedBoards } from './memory-published-boards';
import { MemoryQuotas } from './memory-quotas';
import { MemoryShownProfiles } from './memory-shown-profiles';

/** Replaces RabbitMQ: a queue in this process, with dead letters in a file. */
@Module({})
export class InProcessQueueModule {
  static forRoot({ deadLetterFile }: { readonly deadLetterFile: string }): DynamicModule {
    return {
      module: InProcessQueueModule,
      global: true,
      providers: [
        { provide: DEAD_LETTER_PERSONAL_DATA, useFactory: () => new DeadLetterFile(deadLetterFile) },
        { provide: ScoreQueue, useFactory: ({ storeDeadLetters }: DeadLetterFile, events: ScoreboardEvents) => new EmbeddedScoreQueue({ storeDeadLetters, events }), inject: [DEAD_LETTER_PERSONAL_DATA, ScoreboardEvents] },
        { provide: QueueProgress, useFactory: (queue: EmbeddedScoreQueue) => new EmbeddedQueueProgress(queue), inject: [ScoreQueue] },
        { provide: DeadLetters, useFactory: (file: DeadLetterFile, queue: ScoreQueue) => new FileDeadLetters(file, queue), inject: [DEAD_LETTER_PERSONAL_DATA, ScoreQueue] },
      ],
      exports: [ScoreQueue, QueueProgress, DeadLetters, DEAD_LETTER_PERSONAL_DATA],
    };
  }
}

/** Replaces Redis: leaderboard, feed, idempotency keys and counters in memory. */
@Module({
  providers: [
    { provide: Leaderboard, useFactory: () => new MemoryLeaderboard() },
    { provide: BoardFeed, useFactory: () => new EmbeddedBoardFeed() },
    { provide: Leaderboards, useFactory: (leaderboard: Leaderboard, feed: BoardFeed) => new MemoryLeaderboards(leaderboard, feed), inject: [Leaderboard, BoardFeed] },
    { provide: PublishedBoards, useFactory: () => new MemoryPublishedBoards() },
    { provide: ShownProfiles, useFactory: () => new MemoryShownProfiles() },
    { provide: IdempotencyStore, useFactory: () => new MemoryIdempotencyStore() },
    { provide: IDEMPOTENCY_PERSONAL_DATA, useFactory: (keys: MemoryIdempotencyStore) => new MemoryPersonalData(keys), inject: [IdempotencyStore] },
    { provide: ActionCounts, useFactory: () => new MemoryActionCounts() },
    { provide: DecidedIncrements, useFactory: () => new MemoryDecidedIncrements() },
    { provide: Quotas, useFactory: () => new MemoryQuotas() },
  ],
  exports: [Leaderboard, Leaderboards, PublishedBoards, BoardFeed, ShownProfiles, IdempotencyStore, IDEMPOTENCY_PERSONAL_DATA, ActionCounts, DecidedIncrements, Quotas],
})
export class InProcessLeaderboardModule {
  static forRoot(): DynamicModule {
    return { module: InProcessLeaderboardModule, global: true };
  }
}
